package dev.sluice.policy.statement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.statement.StatementFacts.RelationUse;
import dev.sluice.policy.statement.StatementFacts.Use;
import dev.sluice.policy.statement.StatementFacts.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamedStatementsTest {

  private static StatementFacts facts(
      StatementKind kind,
      @Nullable String handle,
      Set<StatementKind> effects,
      List<RelationUse> relations,
      boolean opaque) {
    boolean deletes = effects.contains(StatementKind.DELETE);
    return new StatementFacts(
        kind,
        effects,
        0,
        0,
        relations,
        List.of(),
        !deletes,
        List.of(),
        kind == StatementKind.DISCARD ? "all" : null,
        Set.of(),
        false,
        opaque,
        null,
        0,
        Set.of(),
        deletes ? Where.MISSING : Where.BOUNDED,
        null,
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        handle,
        Set.of());
  }

  private static StatementFacts preparesDelete(String name, String relation) {
    return facts(
        StatementKind.PREPARE,
        name,
        Set.of(StatementKind.PREPARE, StatementKind.DELETE),
        List.of(new RelationUse(null, relation, Use.WRITE)),
        false);
  }

  private static StatementFacts plain(StatementKind kind, @Nullable String handle) {
    return facts(kind, handle, Set.of(kind), List.of(), false);
  }

  private static StatementFacts only(List<StatementFacts> facts) {
    assertThat(facts).hasSize(1);
    return facts.getFirst();
  }

  private static StatementFacts run(NamedStatements names, StatementKind kind, String handle) {
    return only(names.resolve(List.of(plain(kind, handle))));
  }

  @Test
  void whatRunsANameHasTheFactsOfWhatGaveIt() {
    NamedStatements names = NamedStatements.NONE.after(List.of(preparesDelete("p", "orders")));

    StatementFacts run = run(names, StatementKind.EXECUTE, "p");

    assertThat(run.kind()).isEqualTo(StatementKind.EXECUTE);
    assertThat(run.effects())
        .containsExactlyInAnyOrder(StatementKind.EXECUTE, StatementKind.DELETE);
    assertThat(run.relations()).extracting(RelationUse::name).containsExactly("orders");
    assertThat(run.where()).isEqualTo(Where.MISSING);
    assertThat(run.bounded()).isFalse();
    assertThat(run.opaque()).isFalse();
  }

  @Test
  void whatRunsANameThatNobodyGaveIsOpaque() {
    NamedStatements names = NamedStatements.NONE.after(List.of(preparesDelete("p", "orders")));

    assertThat(run(names, StatementKind.EXECUTE, "q").opaque()).isTrue();
    assertThat(run(names, StatementKind.FETCH, "p").opaque())
        .as("a cursor is no prepared statement")
        .isTrue();
  }

  @Test
  void namesEndAsTheyDoInTheServer() {
    NamedStatements names =
        NamedStatements.NONE.after(
            List.of(
                preparesDelete("p", "orders"),
                preparesDelete("q", "users"),
                plain(StatementKind.DECLARE, "c"),
                plain(StatementKind.DECLARE, "d")));

    assertThat(
            run(
                    names.after(List.of(plain(StatementKind.DEALLOCATE, "p"))),
                    StatementKind.EXECUTE,
                    "p")
                .opaque())
        .isTrue();
    assertThat(names.after(List.of(plain(StatementKind.DEALLOCATE, "p"))).prepared())
        .containsOnlyKeys("q");
    assertThat(names.after(List.of(plain(StatementKind.DEALLOCATE, null))).prepared()).isEmpty();
    assertThat(names.after(List.of(plain(StatementKind.CLOSE, "c"))).cursors())
        .containsOnlyKeys("d");
    assertThat(names.after(List.of(plain(StatementKind.CLOSE, null))).cursors()).isEmpty();
    assertThat(names.after(List.of(plain(StatementKind.DISCARD, null))))
        .isEqualTo(NamedStatements.NONE);
  }

  @Test
  void aNameThatIsGivenTwiceHasTheFactsOfBoth() {
    NamedStatements names =
        NamedStatements.NONE.after(
            List.of(preparesDelete("p", "orders"), preparesDelete("p", "users")));

    assertThat(run(names, StatementKind.EXECUTE, "p").relations())
        .extracting(RelationUse::name)
        .containsExactlyInAnyOrder("orders", "users");
  }

  @Test
  void whatRanUnseenMayHaveGivenNamesAnotherMeaning() {
    StatementFacts unseen =
        facts(StatementKind.DO, null, Set.of(StatementKind.DO), List.of(), true);
    NamedStatements names =
        NamedStatements.NONE.after(List.of(preparesDelete("p", "orders"), unseen));

    StatementFacts run = run(names, StatementKind.EXECUTE, "p");

    assertThat(run.relations()).extracting(RelationUse::name).containsExactly("orders");
    assertThat(run.opaque()).isTrue();
  }

  @Test
  void withinAMessageOnlyWhatItTellsIsCarried() {
    List<StatementFacts> message =
        List.of(
            plain(StatementKind.EXECUTE, "p"),
            preparesDelete("p", "orders"),
            plain(StatementKind.EXECUTE, "p"));

    List<StatementFacts> told = NamedStatements.within(message);

    assertThat(told.get(0).opaque()).as("it was given earlier, perhaps").isFalse();
    assertThat(told.get(0).effects()).containsExactly(StatementKind.EXECUTE);
    assertThat(told.get(2).effects()).contains(StatementKind.DELETE);
    assertThat(NamedStatements.NONE.resolve(message).get(0).opaque()).isTrue();
  }

  @Test
  void sqlMayRunWhatTheProtocolPrepared() {
    StatementFacts run =
        only(
            NamedStatements.NONE.resolve(
                List.of(plain(StatementKind.EXECUTE, "s")),
                name -> name.equals("s") ? preparesDelete("s", "users") : null));

    assertThat(run.effects()).contains(StatementKind.DELETE);
    assertThat(run.opaque()).isFalse();
  }

  @Test
  void namesAreBounded() {
    List<StatementFacts> many = new ArrayList<>();
    for (int number = 0; number < 2000; number++) {
      many.add(preparesDelete("p" + number, "orders"));
    }
    NamedStatements names = NamedStatements.NONE.after(many);

    assertThat(names.prepared()).hasSizeLessThan(1000);
    assertThat(run(names, StatementKind.EXECUTE, "p1999").opaque()).isTrue();
  }

  @Test
  void ordinaryMessagesHaveNothingToDoWithNames() {
    List<StatementFacts> message = List.of(plain(StatementKind.SELECT, null));

    assertThat(NamedStatements.concern(message)).isFalse();
    assertThat(NamedStatements.NONE.resolve(message)).isSameAs(message);
    assertThat(NamedStatements.within(message)).isSameAs(message);
  }
}
