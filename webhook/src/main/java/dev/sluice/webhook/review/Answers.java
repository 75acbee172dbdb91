package dev.sluice.webhook.review;

import dev.sluice.policy.workload.Finding;
import dev.sluice.policy.workload.Verdict;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionRequest;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponse;
import io.fabric8.kubernetes.api.model.admission.v1.AdmissionResponseBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Verdicts as the API server understands them. */
public final class Answers {
  private static final Logger LOG = Logger.getLogger(Answers.class);
  private static final int FORBIDDEN = 403;

  private Answers() {}

  /**
   * The answer of a verdict: warnings are shown by kubectl, everything stands in the audit log.
   *
   * @param verdict the verdict
   */
  public static AdmissionResponse of(Verdict verdict) {
    AdmissionResponseBuilder answer =
        new AdmissionResponseBuilder()
            .withAllowed(verdict instanceof Verdict.Admit)
            .withWarnings(warnings(verdict))
            .withAuditAnnotations(annotations(verdict));
    if (verdict instanceof Verdict.Reject reject) {
      answer.withStatus(
          new StatusBuilder()
              .withStatus("Failure")
              .withCode(FORBIDDEN)
              .withReason("Forbidden")
              .withMessage(reject.message())
              .build());
    }
    return answer.build();
  }

  /**
   * An answer that lets the object in, changed.
   *
   * @param patch a JSON Patch
   */
  static AdmissionResponse patched(String patch) {
    return new AdmissionResponseBuilder()
        .withAllowed(true)
        .withPatchType("JSONPatch")
        .withPatch(Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  /**
   * The answer of a verdict, which is told in the log.
   *
   * @param verdict the verdict
   * @param request what was asked
   * @param subject about what
   */
  static AdmissionResponse told(Verdict verdict, AdmissionRequest request, String subject) {
    String findings = findings(verdict).map(Finding::sentence).collect(Collectors.joining("; "));
    if (!findings.isEmpty()) {
      LOG.infof(
          "%s of %s by %s: %s: %s",
          request.getOperation(),
          subject,
          request.getUserInfo() == null ? "" : request.getUserInfo().getUsername(),
          verdict instanceof Verdict.Reject ? "refused" : "let through",
          findings);
    }
    return of(verdict);
  }

  /** What and then what to do, each remedy once: a long warning would be cut off. */
  private static List<String> warnings(Verdict verdict) {
    Set<String> remedies = new LinkedHashSet<>();
    List<String> warnings = new ArrayList<>();
    for (Finding finding : verdict.warnings()) {
      warnings.add(finding.sentence());
      remedies.add(finding.remedy());
    }
    warnings.addAll(remedies);
    return List.copyOf(warnings);
  }

  private static Map<String, String> annotations(Verdict verdict) {
    List<Finding> refusals =
        verdict instanceof Verdict.Reject reject ? reject.refusals() : List.of();
    Map<String, String> annotations = new LinkedHashMap<>();
    put(annotations, "refused", refusals);
    put(annotations, "warned", verdict.warnings());
    put(annotations, "audited", verdict.audited());
    return annotations;
  }

  private static void put(Map<String, String> annotations, String key, List<Finding> findings) {
    if (!findings.isEmpty()) {
      annotations.put(
          key, findings.stream().map(Finding::sentence).collect(Collectors.joining("; ")));
    }
  }

  /** All findings of a verdict, from the gravest on. */
  private static Stream<Finding> findings(Verdict verdict) {
    Stream<Finding> refusals =
        verdict instanceof Verdict.Reject reject ? reject.refusals().stream() : Stream.empty();
    return Stream.of(refusals, verdict.warnings().stream(), verdict.audited().stream())
        .flatMap(each -> each);
  }
}
