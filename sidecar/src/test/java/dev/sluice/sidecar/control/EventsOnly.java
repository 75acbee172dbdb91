package dev.sluice.sidecar.control;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.policy.event.Event;
import dev.sluice.sidecar.spool.Batch;
import dev.sluice.sidecar.spool.Batches;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A control plane that takes events, or not, and has nothing else. */
final class EventsOnly implements ControlPlane {
  private final Answer answer;
  private final List<Event> taken = new ArrayList<>();

  /** What it does with a batch before it takes it. */
  @FunctionalInterface
  interface Answer {
    void to(List<Event> events) throws IOException;
  }

  EventsOnly(Answer answer) {
    this.answer = answer;
  }

  /** What it took, in order. */
  synchronized List<Event> taken() {
    return List.copyOf(taken);
  }

  @Override
  public void events(Batch batch) throws IOException {
    List<Event> events = Batches.events(batch);
    answer.to(events);
    synchronized (this) {
      taken.addAll(events);
    }
  }

  @Override
  public Optional<Bundle> bundle(String access, @Nullable String revision, Duration wait) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Credential credential(String access) {
    throw new UnsupportedOperationException();
  }
}
