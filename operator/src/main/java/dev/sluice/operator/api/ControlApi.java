package dev.sluice.operator.api;

import dev.sluice.operator.event.Ledger;
import dev.sluice.policy.Code;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control API, free of the protocol that carries it. Nothing is answered to anybody whose token
 * was not accepted.
 */
public final class ControlApi {
  private static final Logger LOG = LoggerFactory.getLogger(ControlApi.class);

  private final TokenReviewer tokens;
  private final CredentialEndpoint credentials;
  private final BundleEndpoint bundles;
  private final SuggestionEndpoint suggestions;
  private final EventEndpoint events;

  /**
   * The API.
   *
   * @param tokens tells who asks
   * @param accesses finds what is asked for
   * @param suggestions tells what is proposed for columns
   * @param ledger keeps evidence; null: none is configured
   * @param client reads pods and reviews rights
   * @param clock tells what is over
   */
  public ControlApi(
      TokenReviewer tokens,
      Accesses accesses,
      SuggestionEndpoint suggestions,
      @Nullable Ledger ledger,
      KubernetesClient client,
      Clock clock) {
    PodCheck pods = new PodCheck(client);
    this.tokens = tokens;
    this.suggestions = suggestions;
    this.credentials = new CredentialEndpoint(accesses, pods, clock);
    this.bundles = new BundleEndpoint(accesses, pods, clock);
    this.events = new EventEndpoint(ledger, new Permissions(client), clock);
  }

  /**
   * Answers a request. May wait as long as the request asks for.
   *
   * @param request the request
   * @return the answer, a problem included
   * @throws InterruptedException where the thread is asked to stop
   */
  public ApiAnswer answer(ApiRequest request) throws InterruptedException {
    try {
      Caller caller = tokens.review(request.authorization());
      return switch (request.toString()) {
        case "POST /v1/credentials" -> credentials.post(PodCheck.pod(caller), request);
        case "GET /v1/bundle" -> bundles.get(PodCheck.pod(caller), request);
        case "POST /v1/events" -> events.post(PodCheck.pod(caller), request);
        case "GET /v1/events" -> events.get(caller, request);
        case "GET /v1/suggestions" -> suggestions.get(caller, request);
        default ->
            throw new Refusal(
                404, Code.NO_SUCH_ENDPOINT, "There is no such endpoint in the control API.");
      };
    } catch (Refusal refusal) {
      LOG.debug("refused: request={} code={}", request, refusal.code().code());
      return ApiAnswer.problem(refusal.problem());
    } catch (RuntimeException fault) {
      LOG.error("failed: request={}", request, fault);
      return ApiAnswer.problem(
          new Refusal(500, Code.CONTROL_PLANE_FAULT, "The request failed in the control plane.")
              .problem());
    }
  }
}
