package dev.sluice.crds;

/** What may be done with a table, as SQL writes it. */
public enum Privilege {
  SELECT,
  INSERT,
  UPDATE,
  DELETE
}
