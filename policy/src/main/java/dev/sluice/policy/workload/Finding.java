package dev.sluice.policy.workload;

import dev.sluice.crds.EnforcementPolicySpec.FindingType;
import dev.sluice.policy.Code;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a workload. No part of it holds a Secret's value.
 *
 * @param code which kind of thing
 * @param type the type under which enforcement policies speak of it; absent for what no policy can
 *     permit
 * @param rule what makes it wrong: {@code EnforcementPolicy shops}, or {@code the grant}
 * @param container the container; absent where it is about the pod as a whole
 * @param place what in the pod, such as {@code variable DATABASE_URL}
 * @param database the Database that it is about; absent where it is about none
 * @param reason what is wrong, a clause that follows the place, such as {@code names
 *     orders-db.databases.svc, an address of Database databases/orders}
 * @param remedy what to write instead, in whole sentences
 * @param excepted whether an exception of a policy accepts it
 */
public record Finding(
    Code code,
    @Nullable FindingType type,
    String rule,
    @Nullable String container,
    String place,
    @Nullable ObjectName database,
    String reason,
    String remedy,
    boolean excepted) {

  /** One that no exception accepts. */
  public Finding(
      Code code,
      @Nullable FindingType type,
      String rule,
      @Nullable String container,
      String place,
      @Nullable ObjectName database,
      String reason,
      String remedy) {
    this(code, type, rule, container, place, database, reason, remedy, false);
  }

  /** Where and what, one sentence without the remedy. */
  public String sentence() {
    String where = container == null ? place : "container \"" + container + "\", " + place;
    return "%s: %s %s (%s)".formatted(code.code(), where, reason, rule);
  }

  /** The same by what a policy says. */
  Finding under(Enforcements.Grade grade) {
    return new Finding(
        code, type, grade.rule(), container, place, database, reason, remedy, grade.excepted());
  }
}
