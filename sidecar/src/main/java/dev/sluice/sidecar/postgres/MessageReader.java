package dev.sluice.sidecar.postgres;

import java.io.DataInputStream;
import java.io.IOException;

/** Reads whole messages of a server while a session is opened; they are short then. */
final class MessageReader {
  /** Longer than anything that a server says before it is ready. */
  private static final int MAXIMUM_LENGTH = 64 * 1024;

  private final DataInputStream in;

  MessageReader(DataInputStream in) {
    this.in = in;
  }

  /** A message: its type and what follows the length. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Message(byte type, byte[] content) {}

  Message read() throws IOException {
    byte type = in.readByte();
    int length = in.readInt();
    if (length < 4 || length > MAXIMUM_LENGTH) {
      throw new ProtocolException(
          "the server sent a message of %d bytes before it was ready"
              .formatted(Integer.toUnsignedLong(length)));
    }
    byte[] content = new byte[length - 4];
    in.readFully(content);
    return new Message(type, content);
  }
}
