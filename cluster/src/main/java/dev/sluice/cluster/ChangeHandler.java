package dev.sluice.cluster;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;

/**
 * Does the same whatever became of an object.
 *
 * @param action what is done
 */
record ChangeHandler<T>(Runnable action) implements ResourceEventHandler<T> {
  @Override
  public void onAdd(T added) {
    action.run();
  }

  @Override
  public void onUpdate(T before, T after) {
    action.run();
  }

  @Override
  public void onDelete(T deleted, boolean finalStateUnknown) {
    action.run();
  }
}
