package dev.sluice.crds;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Bounds of a duration, both included. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface DurationBetween {
  /** The shortest, such as {@code 1m}. */
  String minimum();

  /** The longest, such as {@code 24h}. */
  String maximum();
}
