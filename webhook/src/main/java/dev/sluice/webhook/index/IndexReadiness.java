package dev.sluice.webhook.index;

import dev.sluice.cluster.ClusterIndex;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Not ready before everything that decides is known, or found when it is asked for: an early answer
 * could be a wrong one.
 */
@Readiness
@ApplicationScoped
class IndexReadiness implements HealthCheck {
  private final ClusterIndex index;

  IndexReadiness(ClusterIndex index) {
    this.index = index;
  }

  @Override
  public HealthCheckResponse call() {
    List<String> missing = index.missingForAnswers();
    var response = HealthCheckResponse.named("cluster").status(missing.isEmpty());
    if (!missing.isEmpty()) {
      response.withData("waiting for", String.join(", ", missing));
    }
    return response.build();
  }
}
