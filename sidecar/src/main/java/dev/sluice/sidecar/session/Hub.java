package dev.sluice.sidecar.session;

import dev.sluice.sidecar.spool.Spool;
import dev.sluice.sidecar.wire.Loop;
import java.io.IOException;
import java.util.function.Consumer;

/** Where sessions are relayed: one thread, and what those that it relays share. */
public final class Hub implements Runnable, AutoCloseable {
  /** Stack of its thread, which parses short texts; only what is used takes memory. */
  public static final long STACK_BYTES = 8L << 20;

  private final Loop loop;
  private final Round round;
  private final LongTexts longTexts = new LongTexts();
  private final HeldRows heldRows = new HeldRows();
  private final HandleRoom handles = new HandleRoom();

  /**
   * One that does not run yet.
   *
   * @param spool takes the events
   * @param log takes sentences for the person who runs the gate
   * @throws IOException where the system has no means for it
   */
  public Hub(Spool spool, Consumer<String> log) throws IOException {
    loop = new Loop(log);
    round = new Round(loop, spool, log);
  }

  Loop loop() {
    return loop;
  }

  Round round() {
    return round;
  }

  HandleRoom handles() {
    return handles;
  }

  HeldRows heldRows() {
    return heldRows;
  }

  LongTexts longTexts() {
    return longTexts;
  }

  /**
   * Relays until it is closed and no session is left; for a thread with a stack of {@value
   * #STACK_BYTES} bytes.
   */
  @Override
  public void run() {
    loop.run();
  }

  /** Ends it once its sessions have ended. */
  @Override
  public void close() {
    loop.close();
  }
}
