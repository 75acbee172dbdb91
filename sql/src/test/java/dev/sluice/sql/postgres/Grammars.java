package dev.sluice.sql.postgres;

import dev.sluice.sql.postgres.grammar.PgQueryLibrary;

/** The library that the build made, loaded once. */
final class Grammars {

  static final PgQueryLibrary LIBRARY = PgQueryLibrary.load();

  private Grammars() {}
}
