package dev.sluice.crds;

/** Whether rows may be found by the value of a masked column. */
public enum Lookup {
  /** A condition on a masked column compares with what the mask shows. */
  None,
  /** An equality with a constant or parameter finds the rows that have exactly this value. */
  Exact
}
