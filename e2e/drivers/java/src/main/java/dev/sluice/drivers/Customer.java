package dev.sluice.drivers;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Of the shop's tables. With an update of what has changed alone: Hibernate writes back every
 * column otherwise, and so what is shown in the place of a masked one.
 */
@Entity
@Table(name = "customer")
@DynamicUpdate
class Customer {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  @Column(length = 40, nullable = false, unique = true)
  String handle = "";

  @Column(length = 80, nullable = false)
  String name = "";

  @Column(length = 120, nullable = false)
  String email = "";

  @Column(length = 30)
  String phone = "";

  @Column(name = "birth_date")
  LocalDate birthDate = LocalDate.EPOCH;

  @Column(nullable = false)
  int points;

  @Column(nullable = false)
  boolean active = true;

  @Column(nullable = false)
  Instant joined = Instant.EPOCH;

  @OneToMany(mappedBy = "customer", cascade = CascadeType.ALL, orphanRemoval = true)
  @OrderBy("id")
  List<Purchase> purchases = new ArrayList<>();
}
