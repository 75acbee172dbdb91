package dev.sluice.sidecar.spool;

import dev.sluice.policy.bundle.EvidencePolicy.Fsync;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Forces to the medium what was written, once a second, on a thread of its own. */
final class Syncing {
  private final ReentrantLock lock;
  private final Condition work;
  private final Segments segments;
  private final Consumer<String> log;
  private boolean started;
  private boolean wanted;
  private boolean closed;

  Syncing(ReentrantLock lock, Segments segments, Consumer<String> log) {
    this.lock = lock;
    this.work = lock.newCondition();
    this.segments = segments;
    this.log = log;
  }

  /** Does it from now on, or not. With the lock. */
  void obey(Fsync fsync) {
    wanted = fsync == Fsync.EVERY_SECOND;
    if (wanted && !started) {
      started = true;
      Thread.ofPlatform().daemon().name("spool-sync").start(this::run);
    }
    work.signal();
  }

  /** Something was written. With the lock. */
  void written() {
    if (wanted) {
      work.signal();
    }
  }

  /** Ends it. With the lock. */
  void close() {
    closed = true;
    work.signal();
  }

  private void run() {
    try {
      while (true) {
        Segments.Unsynced unsynced;
        lock.lock();
        try {
          while (!closed && (!wanted || !segments.isUnsynced())) {
            work.await();
          }
          if (closed) {
            return;
          }
          unsynced = segments.unsynced();
        } finally {
          lock.unlock();
        }
        sync(unsynced);
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void sync(Segments.Unsynced unsynced) {
    IOException failure = null;
    try {
      unsynced.output().sync();
    } catch (IOException failed) {
      failure = failed;
    }
    lock.lock();
    try {
      // One that was closed meanwhile was forced to the medium then.
      if (segments.isOpen(unsynced.output())) {
        if (failure == null) {
          segments.synced(unsynced);
        } else {
          log.accept("events cannot be forced to the medium: " + failure);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
