package dev.sluice.operator.engine;

import dev.sluice.crds.DatabaseAccessSpec;
import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.discovery.ObservedColumn;
import dev.sluice.policy.plan.AccessIdentity;
import dev.sluice.policy.plan.AccessPlan;
import dev.sluice.policy.plan.Catalogue;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What the control plane does inside one database. Every method connects for itself, may be called
 * from several threads, is idempotent, and throws {@link EngineException}.
 */
public interface DatabaseEngine {

  /**
   * Looks at the server and the admin's rights and makes the owner of the masked views, its schema,
   * the mask functions and the key where they are missing.
   *
   * @return what was found
   */
  Server prepare();

  /**
   * Makes the key of the masks anew, in one transaction, so that all keyed masks change together.
   *
   * @param word for which it is made anew; nothing happens where it was for this word before
   * @return whether it was made anew now
   */
  boolean rotateMaskKey(String word);

  /**
   * Makes the key of the masks from a secret, in one transaction, where it is not made from it
   * already. The same secret and word give the same key in every database.
   *
   * @param secret 32 random bytes or more
   * @param word for another word there is another key
   * @return whether it was made now
   */
  boolean useMaskKey(byte[] secret, String word);

  /**
   * What these schemas hold.
   *
   * @param schemas names; those that do not exist are absent in the answer
   * @return the catalogue
   */
  Catalogue catalogue(Collection<String> schemas);

  /**
   * Looks into columns for what they hold: those that are new or have changed, and the others when
   * their time has come. Values are read as the owner of the masked views and dropped; only counts
   * are kept, in the database. What cannot be read is told and stands in the way of nothing.
   *
   * @param request what is to be looked into
   * @return what was found, now and before
   */
  Examination examine(Examination.Request request);

  /**
   * What {@link #examine} has found, without looking.
   *
   * @param catalogue what the database holds
   * @return its columns; what nobody has looked into has no sample
   */
  List<ObservedColumn> observed(Catalogue catalogue);

  /** A text that is another one once tables, views or columns have changed. */
  String schemaVersion();

  /** Whether the database has noted that its schema changed since {@link #examine}. */
  boolean schemaChanged();

  /**
   * Looks at what is open in the database itself, and keeps other roles from connecting or lets
   * them connect again. What the admin may not look at or do is told and is no error.
   *
   * @param request what is to be looked at
   * @return what was found
   */
  Posture posture(Posture.Request request);

  /**
   * Has the database note changes of its schema that do not come through a gate, or not any more.
   *
   * @param watched whether it is to
   * @return whether it does
   */
  boolean watchSchemaChanges(boolean watched);

  /** The oldest changes of the schema without a gate that were noted and not yet forgotten. */
  List<SchemaChange> schemaChanges();

  /**
   * Forgets such changes.
   *
   * @param upTo the number of the last one
   */
  void forgetSchemaChanges(long upTo);

  /** Forgets what {@link #examine} has found, and has the database note no changes any more. */
  void stopExamining();

  /**
   * Makes the database as the plan says, in one transaction: what is missing is made, what differs
   * is mended, what the plan does not name is taken away.
   *
   * @param plan the plan
   * @return what was mended and what governed roles can reach all the same
   */
  Applied apply(AccessPlan plan);

  /**
   * What an access asked for when {@link #apply} gave it last.
   *
   * @param access the access
   * @return its spec; empty: nothing was given, or it was taken back
   */
  Optional<DatabaseAccessSpec> given(AccessIdentity access);

  /**
   * Makes the database as {@link #apply} does, for what stays of an access that cannot be given as
   * it is written now. A relation whose row filter cannot be used shows no rows.
   *
   * @param plan the plan, made from what was given before
   * @return what was done, and which relations show no rows
   */
  Applied keep(AccessPlan plan);

  /**
   * Makes a login for a pod, or renews it. The pod's two logins take turns, so that the one before
   * goes on until its own end.
   *
   * @param plan the plan, which was applied
   * @param podUid the pod's UID
   * @return the login with its password
   */
  Credential issueLogin(AccessPlan plan, String podUid);

  /**
   * How many pods hold a login that is still valid.
   *
   * @param access the access
   * @return the number of pods
   */
  int podsWithLogin(AccessIdentity access);

  /**
   * Takes an access back: its sessions end; its logins, views, privileges and group role go.
   *
   * @param access the access
   * @param revocation {@code FINISH_STATEMENT}: running statements are waited for, and nothing new
   *     may begin; {@code TERMINATE}: they are ended
   * @return what remains; to be called again as long as statements run
   */
  Revoked revoke(AccessIdentity access, Bundle.Revocation revocation);

  /**
   * Removes logins whose time is over and that no session uses.
   *
   * @return how many
   */
  int removeExpiredLogins();

  /**
   * Removes all that {@link #prepare} made, where no access of any cluster needs it any more.
   *
   * @return whether it is gone, and if not, what needs it
   */
  Released release();
}
