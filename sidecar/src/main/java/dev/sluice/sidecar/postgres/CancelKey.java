package dev.sluice.sidecar.postgres;

/**
 * What a client must know to cancel a statement of a session.
 *
 * @param process the server's process id
 * @param secret a number told to the session's client only
 */
public record CancelKey(int process, int secret) {
  /** Without the secret. */
  @Override
  public String toString() {
    return "CancelKey[process=%d]".formatted(process);
  }

  /** Appends the request to cancel. */
  public void writeRequest(MessageBuilder out) {
    out.beginUntyped().int32(StartupRequest.CANCEL).int32(process).int32(secret).end();
  }
}
