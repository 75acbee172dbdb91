package dev.sluice.operator.notice;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes Kubernetes Events. One that cannot be written is logged: nothing depends on it. */
public final class Notices {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
  private static final int LONGEST_NOTE = 1000;
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubernetesClient client;
  private final Clock clock;
  private final String instance;

  /**
   * A writer.
   *
   * @param client may create Events
   * @param clock the time of an Event
   * @param instance the pod that writes
   */
  public Notices(KubernetesClient client, Clock clock, String instance) {
    this.client = client;
    this.clock = clock;
    this.instance = instance;
  }

  /**
   * Tells what was done.
   *
   * @param resource what it is about
   * @param action what the operator did, in CamelCase
   * @param reason why, in CamelCase
   * @param note for a person
   */
  public void normal(HasMetadata resource, String action, String reason, String note) {
    write(resource, "Normal", action, reason, note);
  }

  /**
   * Tells what somebody should look at.
   *
   * @param resource what it is about
   * @param action what the operator did, in CamelCase
   * @param reason why, in CamelCase
   * @param note for a person
   */
  public void warning(HasMetadata resource, String action, String reason, String note) {
    write(resource, "Warning", action, reason, note);
  }

  private void write(HasMetadata resource, String type, String action, String reason, String note) {
    String namespace = Objects.requireNonNullElse(resource.getMetadata().getNamespace(), "default");
    String bounded = note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE);
    try {
      client
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withGenerateName(resource.getMetadata().getName() + "-")
                  .withNamespace(namespace)
                  .endMetadata()
                  .withEventTime(new MicroTime(MICROS.format(clock.instant())))
                  .withReportingController("sluice.dev/operator")
                  .withReportingInstance(instance)
                  .withType(type)
                  .withAction(action)
                  .withReason(reason)
                  .withNote(bounded)
                  .withRegarding(
                      new ObjectReferenceBuilder()
                          .withApiVersion(resource.getApiVersion())
                          .withKind(resource.getKind())
                          .withNamespace(resource.getMetadata().getNamespace())
                          .withName(resource.getMetadata().getName())
                          .withUid(resource.getMetadata().getUid())
                          .build())
                  .build())
          .create();
    } catch (KubernetesClientException refused) {
      LOG.warn(
          "event not written: resource={}/{} reason={} status={} {}",
          namespace,
          resource.getMetadata().getName(),
          reason,
          refused.getCode(),
          refused.getStatus() == null ? "" : refused.getStatus().getMessage());
    }
  }
}
