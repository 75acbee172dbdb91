package dev.sluice.sidecar.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.EventBatch;
import io.avaje.jsonb.Jsonb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads what a control plane is sent. */
public final class Batches {
  private Batches() {}

  /** The events of a batch, whose bytes are as many as it says. */
  public static List<Event> events(Batch batch) {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    try {
      batch.writeJson(sent);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    assertThat(sent.size()).isEqualTo(batch.jsonLength());
    return Jsonb.instance().type(EventBatch.class).fromJson(sent.toByteArray()).events();
  }
}
