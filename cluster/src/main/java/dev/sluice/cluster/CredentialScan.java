package dev.sluice.cluster;

/** How far connection strings are looked for. */
public enum CredentialScan {
  /** In the pod itself. */
  OFF,
  /** Also in the names and keys of the Secrets and ConfigMaps that it refers to. */
  REFERENCES,
  /** Also in what those hold, which are then read. */
  CONTENT
}
