package dev.sluice.webhook;

import dev.sluice.webhook.review.Entries;
import dev.sluice.webhook.review.Reviewer;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionReview;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.webhook.admission.AdmissionController;
import io.javaoperatorsdk.webhook.admission.AdmissionRequestHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Objects;
import org.jboss.logging.Logger;

/** The addresses that the API server calls. */
@ApplicationScoped
class AdmissionRoutes {
  private static final Logger LOG = Logger.getLogger(AdmissionRoutes.class);
  private static final String VERSION = "admission.k8s.io/v1";

  /** Twice an object of the greatest size that the API server takes, old and new, in JSON. */
  private static final long LARGEST = 32L << 20;

  private final Reviewer reviewer;
  private final Entries entries;
  private final KubernetesSerialization serialization;
  private final MeterRegistry metrics;

  AdmissionRoutes(
      Reviewer reviewer,
      Entries entries,
      KubernetesSerialization serialization,
      MeterRegistry metrics) {
    this.reviewer = reviewer;
    this.entries = entries;
    this.serialization = serialization;
    this.metrics = metrics;
  }

  void register(@Observes Router router) {
    route(router, "/mutate", reviewer::mutate);
    route(router, "/validate", reviewer::validate);
    route(router, "/enter", entries::enter);
  }

  private void route(Router router, String path, AdmissionRequestHandler handler) {
    AdmissionController<?> controller = new AdmissionController<>(handler);
    router
        .post(path)
        .handler(BodyHandler.create(false).setBodyLimit(LARGEST))
        .blockingHandler(context -> answer(context, path, controller), false);
  }

  private void answer(RoutingContext context, String path, AdmissionController<?> controller) {
    AdmissionReview review;
    try {
      review =
          serialization.unmarshal(
              Objects.requireNonNullElse(context.body().asString(), ""), AdmissionReview.class);
    } catch (RuntimeException e) {
      end(context, 400, "The body is not an AdmissionReview: " + e.getMessage());
      return;
    }
    if (review == null
        || review.getRequest() == null
        || review.getRequest().getUid() == null
        || !VERSION.equals(review.getApiVersion())) {
      end(context, 400, "An AdmissionReview of %s with a request is expected.".formatted(VERSION));
      return;
    }
    AdmissionRequest request = review.getRequest();
    try {
      AdmissionReview answered = controller.handle(review);
      AdmissionResponse response = answered.getResponse();
      metrics
          .counter(
              "sluice.admission.answers",
              "path",
              path,
              "outcome",
              Boolean.TRUE.equals(response.getAllowed()) ? "allowed" : "refused")
          .increment();
      context
          .response()
          .putHeader("Content-Type", "application/json")
          .end(serialization.asJson(answered));
    } catch (RuntimeException e) {
      // The API server then does what the failure policy says, and shows the text.
      LOG.errorf(
          e,
          "The request %s about %s/%s failed",
          request.getUid(),
          request.getNamespace(),
          request.getName());
      metrics.counter("sluice.admission.answers", "path", path, "outcome", "failed").increment();
      end(context, 500, "Sluice's webhook failed: " + e);
    }
  }

  private static void end(RoutingContext context, int status, String text) {
    context.response().setStatusCode(status).putHeader("Content-Type", "text/plain").end(text);
  }
}
