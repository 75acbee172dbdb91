package dev.sluice.drivers;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An entity with what entities have: a sequence, a version, an enumeration, JSON, children. */
@Entity
@Table(name = "hibernate_author")
class Author {
  /** Of what sort. */
  enum Genre {
    PROSE,
    VERSE
  }

  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "authors")
  @SequenceGenerator(name = "authors", sequenceName = "hibernate_author_seq", allocationSize = 20)
  @Nullable Long id;

  @Version int version;

  @Column(nullable = false, unique = true)
  String name = "";

  @Enumerated(EnumType.STRING)
  Genre genre = Genre.PROSE;

  @JdbcTypeCode(SqlTypes.JSON)
  Map<String, String> facts = Map.of();

  Instant born = Instant.EPOCH;

  byte @Nullable [] photo;

  @OneToMany(mappedBy = "author", cascade = CascadeType.ALL, orphanRemoval = true)
  @OrderBy("title")
  List<Book> books = new ArrayList<>();
}
