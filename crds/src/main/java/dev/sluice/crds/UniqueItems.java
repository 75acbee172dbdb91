package dev.sluice.crds;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * No two items of the list are equal: by the given fields, or as a whole where none is given. Two
 * writers that apply the resource own items, not the whole list.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface UniqueItems {
  /** Required fields of the items that tell them apart. */
  String[] by() default {};
}
