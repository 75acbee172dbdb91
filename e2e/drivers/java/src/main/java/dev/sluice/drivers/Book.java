package dev.sluice.drivers;

import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A child whose key the database makes. */
@Entity
@Table(name = "hibernate_book")
class Book {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  String title = "";

  @ManyToOne(fetch = FetchType.LAZY)
  @Nullable Author author;
}
