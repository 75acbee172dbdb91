package dev.sluice.policy.statement;

/**
 * Who runs a statement, as far as a gate knows. Whatever is not known is empty.
 *
 * @param serviceAccount the service account of the pod
 * @param pod the pod's name
 * @param user the database user that the client named; asserted, as the gate logs in by itself
 * @param application what the client calls itself ({@code application_name}); asserted
 * @param person who entered the pod
 */
public record SessionFacts(
    String serviceAccount, String pod, String user, String application, String person) {
  /** Nothing is known. */
  public static final SessionFacts UNKNOWN = new SessionFacts("", "", "", "", "");

  /**
   * The same pod with a client of its own.
   *
   * @param client the database user that the client named
   * @param name what it calls itself
   */
  public SessionFacts of(String client, String name) {
    return new SessionFacts(serviceAccount, pod, client, name, person);
  }
}
