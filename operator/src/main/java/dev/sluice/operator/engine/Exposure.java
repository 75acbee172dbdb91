package dev.sluice.operator.engine;

/**
 * A way around a mask that the database leaves open, such as a privilege of PUBLIC. Sluice does not
 * take away what it did not give; it tells.
 *
 * @param object the object, such as {@code public.customers}
 * @param message what is open
 * @param remedy what closes it
 */
public record Exposure(String object, String message, String remedy) {
  /** Message and remedy in one. */
  public String sentence() {
    return message + ". " + remedy;
  }
}
