package dev.sluice.drivers;

import static dev.sluice.drivers.Told.failure;
import static dev.sluice.drivers.Told.heading;
import static dev.sluice.drivers.Told.say;

import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hibernate.ScrollableResults;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** Hibernate: a schema made from entities, and what applications do with entities. */
public final class HibernateProgram {
  private HibernateProgram() {}

  /** Runs all. */
  public static void main(String[] arguments) {
    java.util.logging.LogManager.getLogManager().reset();
    try (SessionFactory factory = configuration("create-drop").buildSessionFactory()) {
      writes(factory);
      reads(factory);
      conflicts(factory);
      say("statements", factory.getStatistics().getPrepareStatementCount());
    }
    heading("validated");
    failure(
        "after the schema was dropped",
        () -> configuration("validate").buildSessionFactory().close());
  }

  private static Configuration configuration(String schema) {
    Configuration configuration = new Configuration();
    configuration.addAnnotatedClass(Author.class).addAnnotatedClass(Book.class);
    configuration.setProperty("hibernate.connection.url", Place.url(""));
    configuration.setProperty("hibernate.hbm2ddl.auto", schema);
    configuration.setProperty("hibernate.jdbc.batch_size", "25");
    configuration.setProperty("hibernate.order_inserts", "true");
    configuration.setProperty("hibernate.generate_statistics", "true");
    return configuration;
  }

  private static void writes(SessionFactory factory) {
    heading("writes");
    factory.inTransaction(
        session -> {
          for (int number = 0; number < 100; number++) {
            Author author = new Author();
            author.name = "author %03d".formatted(number);
            author.genre = number % 2 == 0 ? Author.Genre.PROSE : Author.Genre.VERSE;
            author.facts = Map.of("number", String.valueOf(number));
            author.photo = new byte[number];
            for (int title = 0; title < 3; title++) {
              Book book = new Book();
              book.title = "book %d of %d ü".formatted(title, number);
              book.author = author;
              author.books.add(book);
            }
            session.persist(author);
          }
        });
    factory.inTransaction(
        session -> {
          Author author = session.find(Author.class, 1L);
          author.facts = Map.of("changed", "true");
          author.books.removeFirst();
          say("updated", author.version);
        });
    factory.inTransaction(
        session ->
            say(
                "by HQL",
                session
                    .createMutationQuery("update Author set born = instant where genre = :genre")
                    .setParameter("genre", Author.Genre.VERSE)
                    .executeUpdate()));
    factory.inTransaction(session -> session.remove(session.find(Author.class, 2L)));
  }

  private static void reads(SessionFactory factory) {
    heading("reads");
    factory.inTransaction(
        session -> {
          Author author = session.find(Author.class, 1L);
          say("author", List.of(author.name, author.version, author.facts, author.genre));
          say("books", author.books.stream().map(book -> book.title).toList());
          say(
              "page",
              session
                  .createSelectionQuery(
                      "select a.name from Author a join a.books b group by a.name order by a.name",
                      String.class)
                  .setFirstResult(10)
                  .setMaxResults(3)
                  .getResultList());
          try (ScrollableResults<Author> scrolled =
              session
                  .createSelectionQuery("from Author order by id", Author.class)
                  .setFetchSize(7)
                  .scroll()) {
            int count = 0;
            while (scrolled.next()) {
              count++;
            }
            say("scrolled", count);
          }
          try (Stream<Book> books =
              session.createSelectionQuery("from Book order by id", Book.class).getResultStream()) {
            say("streamed", books.mapToInt(book -> book.title.length()).sum());
          }
          say(
              "native",
              session
                  .createNativeQuery(
                      "SELECT facts ->> 'number' FROM hibernate_author WHERE id = :id",
                      String.class)
                  .setParameter("id", 7)
                  .getSingleResult());
        });
  }

  private static void conflicts(SessionFactory factory) {
    heading("conflicts");
    failure(
        "the same name twice",
        () ->
            factory.inTransaction(
                session -> {
                  Author author = new Author();
                  author.name = "author 003";
                  session.persist(author);
                }));
    failure(
        "a stale version",
        () ->
            factory.inTransaction(
                session -> {
                  Author author = session.find(Author.class, 5L);
                  factory.inTransaction(other -> other.find(Author.class, 5L).name = "first");
                  author.name = "second";
                }));
    factory.inTransaction(
        session ->
            say("locked", session.find(Author.class, 6L, LockModeType.PESSIMISTIC_WRITE).name));
  }
}
