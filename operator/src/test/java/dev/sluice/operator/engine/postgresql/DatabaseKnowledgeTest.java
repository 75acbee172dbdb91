package dev.sluice.operator.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.operator.engine.postgresql.DatabaseKnowledge.Known;
import dev.sluice.policy.plan.Catalogue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DatabaseKnowledgeTest {
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
  private static final CatalogueDigest FIRST = new CatalogueDigest("objects 1", "roles 1");
  private static final CatalogueDigest SECOND = new CatalogueDigest("objects 2", "roles 1");

  private final DatabaseKnowledge knowledge = new DatabaseKnowledge();

  @Test
  void knowsForAnHourAsLongAsTheDigestIsTheSame() {
    Known known = new Known(FIRST, BEGINNING, Map.of(), Map.of());
    knowledge.learn(SECOND, known);
    Instant hour = BEGINNING.plus(Duration.ofHours(1));
    assertThat(knowledge.at(FIRST, hour)).isEqualTo(known);
    assertThat(knowledge.at(FIRST, hour.plusMillis(1)).since()).isEqualTo(hour.plusMillis(1));
    assertThat(knowledge.at(SECOND, hour).since()).isEqualTo(hour);
    knowledge.forget();
    assertThat(knowledge.at(FIRST, hour).since()).isEqualTo(hour);
  }

  @Test
  void keepsWhatIsInForceWhereRolesAloneHaveChanged() {
    knowledge.learn(SECOND, new Known(FIRST, BEGINNING, Map.of(), Map.of()));
    CatalogueDigest present = new CatalogueDigest("objects 1", "roles 2");
    assertThat(knowledge.at(present, BEGINNING.plusSeconds(1)))
        .isEqualTo(new Known(present, BEGINNING, Map.of(), Map.of()));
  }

  @Test
  void keepsACatalogueThroughItsOwnApplyAlone() {
    Catalogue catalogue = new Catalogue("15.18", Set.of("public"), Map.of());
    List<String> schemas = List.of("public");
    knowledge.learn(FIRST, BEGINNING, schemas, catalogue);
    assertThat(knowledge.catalogue(FIRST, BEGINNING, schemas)).isSameAs(catalogue);
    assertThat(knowledge.catalogue(FIRST, BEGINNING, List.of("other"))).isNull();
    assertThat(knowledge.catalogue(SECOND, BEGINNING, schemas)).isNull();
    knowledge.learn(FIRST, new Known(SECOND, BEGINNING, Map.of(), Map.of()));
    assertThat(knowledge.catalogue(SECOND, BEGINNING, schemas)).isSameAs(catalogue);
    assertThat(knowledge.catalogue(FIRST, BEGINNING, schemas)).isNull();
  }
}
