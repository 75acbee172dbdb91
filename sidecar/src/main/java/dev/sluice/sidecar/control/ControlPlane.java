package dev.sluice.sidecar.control;

import dev.sluice.policy.bundle.Bundle;
import dev.sluice.policy.control.Credential;
import dev.sluice.sidecar.spool.Batch;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where bundles and credentials come from and events go. May be asked by several threads. */
public interface ControlPlane {

  /**
   * Asks for the bundle of a grant.
   *
   * @param access the DatabaseAccess, {@code namespace/name}
   * @param revision the one that is in force; null: none
   * @param wait how long to wait for another one
   * @return the bundle; empty: there was no other one in that time
   * @throws ControlPlaneException where the control plane says no
   * @throws IOException where it cannot be asked
   * @throws InterruptedException where the thread is to end
   */
  Optional<Bundle> bundle(String access, @Nullable String revision, Duration wait)
      throws IOException, InterruptedException;

  /**
   * Asks for a credential.
   *
   * @param access the DatabaseAccess, {@code namespace/name}
   * @return a credential that has not been used before, or the one that is to be used still
   * @throws ControlPlaneException where the control plane says no
   * @throws IOException where it cannot be asked
   */
  Credential credential(String access) throws IOException;

  /**
   * Hands events over. When this returns, they are safe there.
   *
   * @param batch the events
   * @throws ControlPlaneException where the control plane does not take them
   * @throws IOException where it cannot be asked
   */
  void events(Batch batch) throws IOException;
}
