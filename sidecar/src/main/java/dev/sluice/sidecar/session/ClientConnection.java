package dev.sluice.sidecar.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection that a client has made, however it came. */
interface ClientConnection {
  /** What the client sends; not buffered. */
  InputStream in() throws IOException;

  /** What the client is sent; not buffered. */
  OutputStream out() throws IOException;

  /** Ends reading: who reads meets the end. What is written still arrives. */
  void stopReading();

  /** Tells the client that nothing more comes. */
  void shutdownOutput() throws IOException;

  /**
   * Takes what is still on its way, for a while: a connection that is closed with bytes unread is
   * reset, and the client loses what it was told last.
   */
  void drain() throws IOException;

  /** Ends it at once, and with it reads and writes that wait for the client. */
  void cut();
}
