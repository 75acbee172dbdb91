package dev.sluice.operator.bundle;

import dev.sluice.crds.DatabaseSpec;
import dev.sluice.policy.bundle.EvidencePolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a Database says of evidence, as gates read it. */
public final class EvidencePolicies {
  private EvidencePolicies() {}

  /**
   * The policy.
   *
   * @param evidence what the Database says; null: nothing
   * @param hashKey the key for hashes in Base64; null: none
   */
  public static EvidencePolicy of(
      DatabaseSpec.@Nullable Evidence evidence, @Nullable String hashKey) {
    DatabaseSpec.Evidence said =
        Objects.requireNonNullElse(evidence, DatabaseSpec.Evidence.DEFAULT);
    return new EvidencePolicy(
        switch (Objects.requireNonNull(said.bindValues())) {
          case None -> EvidencePolicy.BindValues.NONE;
          case Hash -> EvidencePolicy.BindValues.HASH;
          case Plain -> EvidencePolicy.BindValues.PLAIN;
        },
        switch (Objects.requireNonNull(said.fsync())) {
          case Never -> EvidencePolicy.Fsync.NEVER;
          case EverySecond -> EvidencePolicy.Fsync.EVERY_SECOND;
          case Always -> EvidencePolicy.Fsync.ALWAYS;
        },
        switch (Objects.requireNonNull(said.whenFull())) {
          case Block -> EvidencePolicy.WhenFull.BLOCK;
          case Drop -> EvidencePolicy.WhenFull.DROP;
        },
        hashKey);
  }
}
