package dev.sluice.shop.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.datafaker.Faker;
import net.datafaker.providers.base.Finance.CreditCardType;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the shop. The same size gives the same rows every time: names, numbers and texts come
 * from a seeded generator, and no date depends on the day.
 */
final class ShopData {
  private static final long SEED = 2026;
  private static final int PRODUCTS = 1_000;
  private static final Instant FIRST_DAY = Instant.parse("2024-01-01T00:00:00Z");
  private static final long DAYS = 700;
  private static final List<String> REGIONS = List.of("EU", "EU", "US", "US", "US", "APAC");
  private static final List<String> STATES =
      List.of("placed", "paid", "paid", "shipped", "shipped", "shipped", "returned");
  private static final int MOST_ITEMS = 5;

  private final int customers;

  /**
   * @param customers how many customers; other tables grow with them
   */
  ShopData(int customers) {
    this.customers = customers;
  }

  /** All tables, in an order in which each refers only to those before it. */
  List<Table> tables() {
    return List.of(customers(), products(), orders(), orderItems(), auditNotes());
  }

  private Table customers() {
    var random = new Random(SEED);
    var faker = new Faker(Locale.US, random);
    var words = Words.from(faker);
    return new Table(
        "public.customers",
        List.of(
            "id",
            "name",
            "email",
            "phone",
            "ssn",
            "card",
            "birth_date",
            "region",
            "note",
            "created_at"),
        LongStream.rangeClosed(1, customers).mapToObj(id -> customer(id, words, faker, random)));
  }

  private static @Nullable Object[] customer(long id, Words words, Faker faker, Random random) {
    var first = pick(words.firstNames(), random);
    var last = pick(words.lastNames(), random);
    var email =
        "%s.%s%d@%s"
            .formatted(asciiLower(first), asciiLower(last), id, pick(words.domains(), random));
    var phone = faker.phoneNumber().cellPhone();
    return row(
        id,
        first + " " + last,
        email,
        phone,
        "%03d-%02d-%04d"
            .formatted(random.nextInt(1, 666), random.nextInt(1, 100), random.nextInt(1, 10_000)),
        faker.finance().creditCard(CreditCardType.VISA).replace("-", ""),
        LocalDate.of(1940, 1, 1).plusDays(random.nextInt(25_000)),
        pick(REGIONS, random),
        note(first, email, phone, random),
        moment(random));
  }

  /** Some words of each kind: drawing them anew for every customer would take most of the time. */
  private record Words(List<String> firstNames, List<String> lastNames, List<String> domains) {
    private static final int EACH = 3_000;

    static Words from(Faker faker) {
      return new Words(
          Stream.generate(() -> faker.name().firstName()).limit(EACH).toList(),
          Stream.generate(() -> faker.name().lastName()).limit(EACH).toList(),
          Stream.generate(() -> faker.internet().domainName()).limit(EACH).toList());
    }
  }

  /** Every third customer has a note, and every second of these tells personal data. */
  private static @Nullable String note(String first, String email, String phone, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> "%s asked to be written to at %s only.".formatted(first, email);
      case 1 -> "Call %s before delivery: %s.".formatted(first, phone);
      case 2 -> "Leave parcels with the neighbour.";
      default -> null;
    };
  }

  private static Table products() {
    var random = new Random(SEED + 1);
    var faker = new Faker(Locale.US, random);
    return new Table(
        "public.products",
        List.of("id", "name", "price"),
        IntStream.rangeClosed(1, PRODUCTS)
            .mapToObj(id -> row(id, faker.commerce().productName(), price(id))));
  }

  /** From the product's number alone, so that items can repeat it without looking it up. */
  private static BigDecimal price(int product) {
    return BigDecimal.valueOf(199 + (product * 7_919L) % 20_000, 2);
  }

  private Table orders() {
    return new Table(
        "public.orders",
        List.of("id", "customer_id", "placed_at", "status", "total"),
        LongStream.rangeClosed(1, customers * 2L).mapToObj(this::order));
  }

  private @Nullable Object[] order(long id) {
    var random = new SplittableRandom(SEED + 2 + id);
    var total =
        items(id)
            .map(item -> item.price().multiply(BigDecimal.valueOf(item.quantity())))
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .setScale(2, RoundingMode.UNNECESSARY);
    return row(id, random.nextLong(1, customers + 1L), moment(random), pick(STATES, random), total);
  }

  private Table orderItems() {
    return new Table(
        "public.order_items",
        List.of("order_id", "line", "product_id", "quantity", "price"),
        LongStream.rangeClosed(1, customers * 2L)
            .boxed()
            .flatMap(
                order ->
                    items(order)
                        .map(
                            item ->
                                row(
                                    order,
                                    item.line(),
                                    item.product(),
                                    item.quantity(),
                                    item.price()))));
  }

  private record Item(int line, int product, int quantity, BigDecimal price) {}

  /** The items of one order, from its number alone, so that its total can be told before. */
  private static Stream<Item> items(long order) {
    var random = new SplittableRandom(-SEED - order);
    return IntStream.rangeClosed(1, random.nextInt(1, MOST_ITEMS + 1))
        .mapToObj(
            line -> {
              var product = random.nextInt(1, PRODUCTS + 1);
              return new Item(line, product, random.nextInt(1, 4), price(product));
            });
  }

  private Table auditNotes() {
    var random = new Random(SEED + 3);
    var faker = new Faker(Locale.US, random);
    return new Table(
        "public.audit_notes",
        List.of("id", "customer_id", "author", "note", "written_at"),
        LongStream.rangeClosed(1, customers / 100)
            .mapToObj(
                id ->
                    row(
                        id,
                        random.nextLong(1, customers + 1L),
                        faker.name().fullName(),
                        "Identity checked against the passport.",
                        moment(random))));
  }

  private static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }

  private static Instant moment(RandomGenerator random) {
    return FIRST_DAY
        .plus(random.nextLong(DAYS), ChronoUnit.DAYS)
        .plusSeconds(random.nextLong(86_400));
  }

  private static <T> T pick(List<T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static String asciiLower(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }
}
