package dev.sluice.crds;

/** Names that every resource, label and annotation of Sluice shares. */
public final class ApiGroup {
  /** The API group of all custom resources. */
  public static final String NAME = "sluice.dev";

  /** The version that is served and stored. */
  public static final String VERSION = "v1alpha1";

  /**
   * Pod label: the name of the {@link DatabaseAccess} in the pod's namespace that the pod asks for.
   */
  public static final String ACCESS_LABEL = "sluice.dev/access";

  /** Pod annotation: further accesses of the same pod, separated by commas. */
  public static final String ALSO_ANNOTATION = "sluice.dev/also";

  /**
   * Pod annotation: {@code "true"} for a Unix socket beside the port of each access, {@code
   * "false"} for none.
   */
  public static final String SOCKET_ANNOTATION = "sluice.dev/socket";

  /** Annotation that the injector leaves on a pod: the version of the injection. */
  public static final String INJECTED_ANNOTATION = "sluice.dev/injected";

  /** The audience of the tokens with which a gate proves which pod it is. */
  public static final String TOKEN_AUDIENCE = "sluice";

  private ApiGroup() {}
}
