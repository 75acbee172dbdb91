package dev.sluice.sidecar.postgres;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What a client must know to cancel a statement of a session.
 *
 * @param process the server's process id
 * @param secret what is told to the session's client only: four bytes in protocol 3.0, up to
 *     {@value #MAXIMUM_SECRET} from 3.2 on
 */
@SuppressWarnings("ArrayRecordComponent") // compared below, in a time that tells nothing
public record CancelKey(int process, byte[] secret) {
  /** The longest secret that the protocol has, in bytes. */
  static final int MAXIMUM_SECRET = 256;

  /** A copy. */
  public CancelKey {
    secret = secret.clone();
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "CancelKey[process=%d]".formatted(process);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CancelKey key
        && key.process == process
        && MessageDigest.isEqual(key.secret, secret);
  }

  @Override
  public int hashCode() {
    return process;
  }

  /** Appends the request to cancel. */
  public void writeRequest(MessageBuilder out) {
    out.beginUntyped().int32(StartupRequest.CANCEL).int32(process).bytes(secret).end();
  }
}
