package dev.sluice.drivers;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Of the shop's tables. */
@Entity
@Table(name = "purchase")
class Purchase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  @ManyToOne(optional = false, fetch = FetchType.LAZY)
  Customer customer = new Customer();

  @Column(length = 10, nullable = false)
  String status = "";

  @Column(nullable = false)
  Instant placed = Instant.EPOCH;
}
