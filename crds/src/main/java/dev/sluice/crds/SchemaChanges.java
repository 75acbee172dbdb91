package dev.sluice.crds;

/** Whether a grant may run DDL. */
public enum SchemaChanges {
  None,
  Allowed
}
