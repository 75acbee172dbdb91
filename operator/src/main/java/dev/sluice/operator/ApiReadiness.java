package dev.sluice.operator;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the control API answers. */
@Singleton
@Readiness
final class ApiReadiness implements HealthCheck {
  private final ControlPlane controlPlane;

  ApiReadiness(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("control-api").status(controlPlane.isListening()).build();
  }
}
