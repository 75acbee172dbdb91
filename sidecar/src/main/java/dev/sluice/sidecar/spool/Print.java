package dev.sluice.sidecar.spool;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;

/** Events for somebody who looks on. They are kept, whatever becomes of their print. */
final class Print {
  private final OutputStream out;
  private final Consumer<String> log;
  private boolean failed;

  Print(OutputStream out, Consumer<String> log) {
    this.out = out;
    this.log = log;
  }

  void print(byte[] lines, int length) {
    try {
      out.write(lines, 0, length);
      out.flush();
      failed = false;
    } catch (IOException failure) {
      if (!failed) {
        failed = true;
        log.accept("events cannot be printed, they are kept all the same: " + failure);
      }
    }
  }
}
