package dev.sluice.operator.engine.postgresql;

import dev.sluice.policy.RelationName;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.Catalogue;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this process has seen in one database, each with the digest of the catalogues for which it
 * is so. Whoever wants to use it takes the digest anew.
 */
final class DatabaseKnowledge {
  /** After this everything is looked at again, in case the digest leaves something out. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private @Nullable Known known;
  private @Nullable Read read;

  /**
   * What is in force.
   *
   * @param plan the plan, of which the schema of the views and the privileges of the holder have
   *     all and nothing else
   * @param hashes a hash of what was made for each relation
   */
  record InForce(AccessPlan plan, Map<RelationName, String> hashes) {
    InForce {
      hashes = Map.copyOf(hashes);
    }
  }

  /**
   * What applying plans has shown.
   *
   * @param digest for which it is so
   * @param since when the first of it was seen
   * @param inForce by holder
   * @param unexposed plans, by group role, for which no exposure was found
   */
  record Known(
      CatalogueDigest digest,
      Instant since,
      Map<String, InForce> inForce,
      Map<String, AccessPlan> unexposed) {
    Known {
      inForce = Map.copyOf(inForce);
      unexposed = Map.copyOf(unexposed);
    }

    private Known at(CatalogueDigest present, Instant now) {
      if (!digest.objects().equals(present.objects()) || now.isAfter(since.plus(LONGEST))) {
        return nothing(present, now);
      }
      return digest.roles().equals(present.roles())
          ? this
          : new Known(present, since, inForce, Map.of());
    }

    static Known nothing(CatalogueDigest digest, Instant now) {
      return new Known(digest, now, Map.of(), Map.of());
    }
  }

  /** A catalogue that was read; let go where memory is short. */
  private record Read(
      CatalogueDigest digest,
      Instant since,
      Set<String> schemas,
      SoftReference<Catalogue> catalogue) {}

  /** What is known and still so. */
  synchronized Known at(CatalogueDigest digest, Instant now) {
    return known == null ? Known.nothing(digest, now) : known.at(digest, now);
  }

  /**
   * Remembers what applying a plan has shown, once it is committed. Applying changes nothing that a
   * catalogue tells.
   *
   * @param before the digest when it began
   * @param after what is known now
   */
  synchronized void learn(CatalogueDigest before, Known after) {
    known = after;
    if (read != null && read.digest().equals(before)) {
      read = new Read(after.digest(), read.since(), read.schemas(), read.catalogue());
    }
  }

  synchronized void learn(
      CatalogueDigest digest, Instant now, Collection<String> schemas, Catalogue catalogue) {
    read = new Read(digest, now, Set.copyOf(schemas), new SoftReference<>(catalogue));
  }

  /** The catalogue of these schemas; null where it must be read. */
  synchronized @Nullable Catalogue catalogue(
      CatalogueDigest digest, Instant now, Collection<String> schemas) {
    return read != null
            && read.digest().equals(digest)
            && !now.isAfter(read.since().plus(LONGEST))
            && read.schemas().equals(Set.copyOf(schemas))
        ? read.catalogue().get()
        : null;
  }

  synchronized void forget() {
    known = null;
    read = null;
  }
}
