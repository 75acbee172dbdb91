package dev.sluice.operator.api;

import dev.sluice.crds.ApiGroup;
import dev.sluice.operator.database.DatabaseKey;
import dev.sluice.operator.database.Discoveries;
import dev.sluice.policy.Code;
import dev.sluice.policy.control.SuggestionList;
import dev.sluice.policy.discovery.ClassSuggestion;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewSpecBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/suggestions}: what is proposed for the columns of a Database, in full. */
public final class SuggestionEndpoint {
  private static final Pattern NAME =
      Pattern.compile(
          "([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)/([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)");

  private final Discoveries discoveries;
  private final Permissions permissions;
  private final BooleanSupplier leading;

  /**
   * The endpoint.
   *
   * @param discoveries what was found
   * @param permissions tells who may see a Database
   * @param leading whether this replica reconciles
   */
  public SuggestionEndpoint(
      Discoveries discoveries, Permissions permissions, BooleanSupplier leading) {
    this.discoveries = discoveries;
    this.permissions = permissions;
    this.leading = leading;
  }

  ApiAnswer get(Caller caller, ApiRequest request) {
    DatabaseKey database = database(request.parameters().get());
    boolean permitted =
        permissions.may(
            caller,
            new SubjectAccessReviewSpecBuilder()
                .withNewResourceAttributes()
                .withGroup(ApiGroup.NAME)
                .withResource("databases")
                .withNamespace(database.namespace())
                .withName(database.name())
                .withVerb("get")
                .endResourceAttributes()
                .build());
    if (!permitted) {
      throw new Refusal(
          403,
          Code.SUGGESTIONS_NOT_PERMITTED,
          "%s may not get Database %s.".formatted(caller.username(), database));
    }
    if (!leading.getAsBoolean()) {
      throw new Refusal(503, Code.NOT_LEADING, "This replica of the operator does not lead.");
    }
    List<ClassSuggestion> found = discoveries.suggestions(database);
    if (found == null) {
      throw new Refusal(
          404,
          Code.NOTHING_DISCOVERED,
          "Nothing is known of the columns of Database %s.".formatted(database));
    }
    return ApiAnswer.json(
        SuggestionList.class,
        new SuggestionList(
            database.toString(),
            found.stream()
                .map(
                    each ->
                        new SuggestionList.Suggestion(
                            each.relation().toString(),
                            each.column(),
                            each.dataClass(),
                            each.confidence(),
                            each.looked(),
                            each.found()))
                .toList()));
  }

  private static DatabaseKey database(Map<String, String> parameters) {
    @Nullable String text = parameters.get("database");
    Matcher parts = text == null ? null : NAME.matcher(text);
    if (parts == null || !parts.matches() || !parameters.keySet().equals(Set.of("database"))) {
      throw new Refusal(
          400,
          Code.BAD_REQUEST,
          "There is one parameter, database, and it must be namespace/name of a Database.");
    }
    return new DatabaseKey(parts.group(1), parts.group(2));
  }
}
