package dev.sluice.policy.workload;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The fields of a pod that its containers may be given. */
final class PodFields {
  private static final Pattern FIELD =
      Pattern.compile("metadata\\.(annotations|labels)\\['([^']+)'\\]");

  private PodFields() {}

  /**
   * The value of a field; empty where it is known to the cluster alone.
   *
   * @param workload the workload
   * @param path such as {@code metadata.annotations['shop/url']}
   */
  static Optional<String> value(Workload workload, String path) {
    PodParts pod = workload.pod();
    Matcher field = FIELD.matcher(path);
    if (field.matches()) {
      Map<String, String> map = field.group(1).equals("labels") ? pod.labels() : pod.annotations();
      return Optional.ofNullable(map.get(field.group(2)));
    }
    return switch (path) {
      // Of a template's pods the name is not known before they are made.
      case "metadata.name" ->
          "Pod".equals(workload.name().kind())
              ? Optional.of(workload.name().name()).filter(name -> !name.isEmpty())
              : Optional.empty();
      case "metadata.namespace" -> Optional.of(workload.namespace());
      case "metadata.annotations" -> Optional.of(lines(pod.annotations()));
      case "metadata.labels" -> Optional.of(lines(pod.labels()));
      case "spec.serviceAccountName" -> Optional.of(workload.pod().serviceAccount());
      default -> Optional.empty();
    };
  }

  private static String lines(Map<String, String> map) {
    return map.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(Collectors.joining("\n"));
  }
}
