package dev.sluice.sidecar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.sluice.fixtures.PostgresVersion;
import dev.sluice.policy.bundle.EvidencePolicy;
import dev.sluice.policy.bundle.EvidencePolicy.BindValues;
import dev.sluice.policy.bundle.EvidencePolicy.Fsync;
import dev.sluice.policy.bundle.EvidencePolicy.WhenFull;
import dev.sluice.policy.event.CanonicalEvent;
import dev.sluice.policy.event.Event;
import dev.sluice.policy.event.Parameter;
import dev.sluice.policy.event.Parameter.Form;
import dev.sluice.sidecar.GovernedShop;
import dev.sluice.sidecar.TestBundles;
import dev.sluice.sidecar.TestGate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What events tell of the values that are bound, by the policy of the grant. */
class BoundValuesTest {
  private static final String ORDER = "SELECT id FROM orders WHERE id = $1 AND note = $2";
  private static GovernedShop shop;
  private @Nullable TestGate gate;

  @BeforeAll
  static void layOut() {
    shop = GovernedShop.create(PostgresVersion.V15);
  }

  @AfterEach
  void close() {
    if (gate != null) {
      gate.close();
    }
  }

  @Test
  void nothingIsToldUnlessThePolicySaysSo() throws IOException {
    assertThat(events(BindValues.NONE, ORDER, "1", "note 1"))
        .extracting(Event::parameters)
        .containsOnlyNulls();
  }

  @Test
  void theyAreToldWhereNoneOfThemMeetsAMaskedColumn() throws IOException {
    List<Event> events = events(BindValues.PLAIN, ORDER, "1", "note 1");
    assertThat(events)
        .extracting(Event::rows, Event::parameters)
        .containsExactly(tuple(1L, List.of(new Parameter(Form.TEXT, null, "1"), text("note 1"))));
    CanonicalEvent canonical = new CanonicalEvent();
    assertThat(events).allMatch(canonical::isIntact);
  }

  @Test
  void equalValuesHaveEqualHashesAndNoneTellsItsValue() throws IOException {
    List<Event> events = events(BindValues.HASH, ORDER, "7", "7");
    assertThat(events)
        .singleElement()
        .extracting(Event::parameters, InstanceOfAssertFactories.list(Parameter.class))
        .hasSize(2)
        .allMatch(value -> value.form() == Form.HASH)
        .extracting(Parameter::value)
        .allMatch(value -> value != null && value.length() == 32)
        .satisfies(hashes -> assertThat(Set.copyOf(hashes)).hasSize(1));
  }

  @Test
  void whatMayMeetAMaskedColumnIsWithheld() throws IOException {
    assertThat(events(BindValues.PLAIN, "SELECT id FROM customers WHERE ssn = $1", "CANARY1"))
        .extracting(Event::parameters)
        .containsExactly(List.of(new Parameter(Form.WITHHELD, null, null)));
  }

  @Test
  void eachPortalHasItsOwnAndSoHaveItsPieces() throws IOException {
    try (RawClient client = open(BindValues.PLAIN)) {
      client.parse("s", "SELECT id FROM orders WHERE id > $1::int AND id < 100");
      bind(client, "one", "s", "1");
      bind(client, "two", "s", "90");
      client.execute("one", 2).execute("two", 0).execute("one", 1).empty('S').send();
      client.untilReady();
    }
    assertThat(opened().statements())
        .extracting(Event::rows, Event::parameters)
        .containsExactly(
            tuple(2L, List.of(text("1"))),
            tuple(9L, List.of(text("90"))),
            tuple(1L, List.of(text("1"))));
  }

  private List<Event> events(BindValues told, String text, String... values) throws IOException {
    try (RawClient client = open(told)) {
      client.parse("", text);
      bind(client, "", "", values);
      client.execute("", 0).empty('S').send();
      client.untilReady();
    }
    return opened().statements();
  }

  private RawClient open(BindValues told) throws IOException {
    String key = told == BindValues.HASH ? Base64.getEncoder().encodeToString(new byte[32]) : null;
    EvidencePolicy policy = new EvidencePolicy(told, Fsync.NEVER, WhenFull.BLOCK, key);
    gate = new TestGate(shop, TestBundles.withEvidence(shop.bundle(), policy));
    return RawClient.open(gate.port(), "database", shop.database().name());
  }

  private TestGate opened() {
    TestGate opened = gate;
    if (opened == null) {
      throw new IllegalStateException("no gate was opened");
    }
    return opened;
  }

  private static void bind(RawClient client, String portal, String statement, String... values) {
    client.out().begin((byte) 'B').text(portal).text(statement).int16(0).int16(values.length);
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      client.out().int32(bytes.length).bytes(bytes);
    }
    client.out().int16(0).end();
  }

  private static Parameter text(String value) {
    return new Parameter(Form.TEXT, null, value);
  }
}
