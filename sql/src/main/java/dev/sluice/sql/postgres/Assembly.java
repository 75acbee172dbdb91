package dev.sluice.sql.postgres;

import dev.sluice.policy.statement.NamedStatements;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.Statement.Lookup;
import dev.sluice.sql.postgres.Statement.Name;
import dev.sluice.sql.postgres.grammar.GrammarText;
import dev.sluice.sql.postgres.grammar.Reading;
import dev.sluice.sql.postgres.grammar.Tokens;
import dev.sluice.sql.postgres.tree.NameRole;
import dev.sluice.sql.postgres.tree.TreeStatement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts together what the tree and the tokens of a text tell, and turns bytes into characters. */
final class Assembly {

  /** Words after which the name of what is made stands. */
  private static final Set<String> MADE =
      Set.of("FUNCTION", "PROCEDURE", "AGGREGATE", "TYPE", "DOMAIN", "OPERATOR");

  /** What may stand after a condition of a WHERE. */
  private static final Set<String> AFTER =
      Set.of(
          ";",
          "AND",
          "ORDER",
          "GROUP",
          "HAVING",
          "WINDOW",
          "LIMIT",
          "OFFSET",
          "FETCH",
          "UNION",
          "INTERSECT",
          "EXCEPT",
          "RETURNING",
          "ON");

  private static final Set<StatementKind> PLAIN =
      EnumSet.of(
          StatementKind.SELECT,
          StatementKind.VALUES,
          StatementKind.INSERT,
          StatementKind.UPDATE,
          StatementKind.DELETE,
          StatementKind.MERGE);

  private final String text;
  private final Offsets offsets;
  private final GrammarText grammar;
  private final @Nullable Tokens tokens;
  private final @Nullable String fingerprint;
  private final int bytes;

  Assembly(String text, int bytes, GrammarText grammar, Reading reading) {
    this.text = text;
    this.bytes = bytes;
    this.grammar = grammar;
    this.offsets = Offsets.of(text, bytes);
    this.tokens = reading.tokens();
    this.fingerprint = reading.fingerprint();
  }

  Analysis understood(List<TreeStatement> trees) {
    List<Statement> statements = new ArrayList<>(trees.size());
    for (TreeStatement tree : trees) {
      statements.add(statement(tree, trees.size() == 1));
    }
    return new Analysis(text, withWhatTheyRun(statements));
  }

  /** The same with the facts of what EXECUTE and FETCH run, where this text tells. */
  private static List<Statement> withWhatTheyRun(List<Statement> statements) {
    List<StatementFacts> facts = statements.stream().map(Statement::facts).toList();
    List<StatementFacts> told = NamedStatements.within(facts);
    if (told == facts) {
      return statements;
    }
    List<Statement> all = new ArrayList<>(statements.size());
    for (int index = 0; index < told.size(); index++) {
      all.add(statements.get(index).withFacts(told.get(index)));
    }
    return all;
  }

  Analysis unknown(String message, int position) {
    String normalized =
        tokens == null ? "" : Normalized.text(text, offsets, tokens, 0, tokens.count(), 0);
    return new Analysis(
        text,
        List.of(
            Statement.unknown(
                StatementFacts.unknown(text.length(), message, position), normalized)));
  }

  private Statement statement(TreeStatement tree, boolean only) {
    int start = tree.start();
    int end = tree.length() == 0 ? bytes : start + tree.length();
    int firstToken = 0;
    int lastToken = 0;
    String normalized = "";
    if (tokens != null) {
      firstToken = tokens.from(start);
      lastToken = tokens.from(end);
      while (firstToken < lastToken && tokens.comment(firstToken)) {
        firstToken++;
      }
      while (lastToken > firstToken && tokens.comment(lastToken - 1)) {
        lastToken--;
      }
      if (lastToken > firstToken) {
        start = tokens.start(firstToken);
        end = tokens.end(lastToken - 1);
      }
      normalized = Normalized.text(text, offsets, tokens, firstToken, lastToken, tree.parameters());
    }
    String print = only ? fingerprint : grammar.fingerprint(start, end);
    StatementFacts facts =
        new StatementFacts(
            tree.kind(),
            tree.effects(),
            offsets.character(start),
            offsets.character(end),
            tree.relations(),
            tree.functions(),
            tree.bounded(),
            tree.objectKinds(),
            tree.parameter(),
            tree.settings(),
            tree.copy() != null && tree.copy().file() != null,
            tree.opaque(),
            null,
            0,
            tree.columns(),
            tree.where(),
            tree.limit(),
            tree.locks(),
            tree.manners(),
            tree.extensions(),
            tree.languages(),
            tree.handle(),
            tree.unknownFunctions());
    return new Statement(
        facts,
        tokens == null ? List.of() : names(tree, tokens, firstToken, lastToken),
        normalized,
        print,
        tree.parameters(),
        tree.settings(),
        tree.action(),
        tree.handle(),
        tree.copy(),
        tokens == null ? List.of() : lookups(tree, tokens),
        holdsForShape(tree));
  }

  /** Of other kinds of statement constants may say anything. */
  private static boolean holdsForShape(TreeStatement tree) {
    return PLAIN.containsAll(tree.effects())
        && PLAIN.contains(tree.kind())
        && !tree.opaque()
        && !tree.readsConstants()
        && tree.parameters() == 0;
  }

  private List<Name> names(TreeStatement tree, Tokens tokens, int firstToken, int lastToken) {
    List<Name> names = new ArrayList<>(tree.names().size());
    if (tree.made() != null && tree.kind() == StatementKind.CREATE) {
      Name made = made(tree.made(), tokens, firstToken, lastToken);
      if (made != null) {
        names.add(made);
      }
    }
    for (TreeStatement.Name name : tree.names()) {
      Name placed = place(name, tokens);
      if (placed != null) {
        names.add(placed);
      }
    }
    names.sort(Comparator.comparingInt(Name::start));
    return names;
  }

  private List<Lookup> lookups(TreeStatement tree, Tokens tokens) {
    List<Lookup> lookups = new ArrayList<>(tree.lookups().size());
    for (TreeStatement.Lookup lookup : tree.lookups()) {
      Name relation = place(lookup.relation(), tokens);
      Extent column = column(tokens, lookup.columnPosition());
      Extent value = value(tokens, lookup.valuePosition());
      if (relation == null || column == null || value == null) {
        continue;
      }
      Extent first = column.from < value.from ? column : value;
      Extent second = column.from < value.from ? value : column;
      int operator = tokens.next(first.to);
      if (tokens.is(operator, Tokens.EQUALS)
          && tokens.next(operator) == second.from
          && ends(tokens, tokens.next(second.to))) {
        lookups.add(
            new Lookup(
                relation,
                lookup.aliased(),
                lookup.column(),
                offsets.character(tokens.start(first.from)),
                offsets.character(tokens.end(second.to)),
                text(tokens, column),
                text(tokens, value)));
      }
    }
    return lookups;
  }

  /** Whether a condition is at its end before a token, so that nothing of a type's name is left. */
  private boolean ends(Tokens tokens, int next) {
    return next >= tokens.count()
        || tokens.is(next, Tokens.CLOSING)
        || AFTER.contains(word(tokens, next));
  }

  /** Some tokens in a row, from the first to the last. */
  private record Extent(int from, int to) {}

  private String text(Tokens tokens, Extent extent) {
    return text.substring(
        offsets.character(tokens.start(extent.from)), offsets.character(tokens.end(extent.to)));
  }

  /** A column with what stands before it, separated by dots; null: it is not there. */
  private static @Nullable Extent column(Tokens tokens, int position) {
    int first = at(tokens, position);
    if (first < 0) {
      return null;
    }
    int last = tokens.whole(first);
    for (int dot = tokens.next(last); tokens.is(dot, Tokens.DOT); dot = tokens.next(last)) {
      int next = tokens.next(dot);
      if (next >= tokens.count()) {
        return null;
      }
      last = tokens.whole(next);
    }
    return last < tokens.count() ? new Extent(first, last) : null;
  }

  /** A constant or parameter with its casts to types of one word; null: it is not there. */
  private static @Nullable Extent value(Tokens tokens, int position) {
    int first = at(tokens, position);
    if (first < 0) {
      return null;
    }
    int last = tokens.whole(first);
    for (int cast = tokens.next(last); tokens.is(cast, Tokens.CAST); cast = tokens.next(last)) {
      last = tokens.whole(tokens.next(cast));
      int dot = tokens.next(last);
      if (tokens.is(dot, Tokens.DOT)) {
        last = tokens.whole(tokens.next(dot));
      }
      int opening = tokens.next(last);
      if (tokens.is(opening, Tokens.OPENING)) {
        last = tokens.next(tokens.next(opening));
        if (!tokens.is(last, Tokens.CLOSING)) {
          return null;
        }
      }
    }
    return last < tokens.count() ? new Extent(first, last) : null;
  }

  /** The token that starts at a byte; -1: none does. */
  private static int at(Tokens tokens, int position) {
    int token = tokens.from(position);
    return token < tokens.count() && tokens.start(token) == position ? token : -1;
  }

  /** Finds the name after {@code CREATE [OR REPLACE] FUNCTION} and the like. */
  private @Nullable Name made(String name, Tokens tokens, int firstToken, int lastToken) {
    int token = firstToken;
    for (int word = 0; word < 4 && token < lastToken; word++) {
      int next = tokens.next(token);
      if (next < lastToken && MADE.contains(word(tokens, token))) {
        int start = offsets.character(tokens.start(next));
        int end = offsets.character(tokens.end(tokens.whole(next)));
        return new Name(NameRole.CREATED, false, null, name, start, end, false, null, end);
      }
      token = next;
    }
    return null;
  }

  private String word(Tokens tokens, int token) {
    int start = offsets.character(tokens.start(token));
    return text.substring(start, offsets.character(tokens.end(token))).toUpperCase(Locale.ROOT);
  }

  /**
   * Finds the extent of a name from where it starts; null: it does not stand there as it should,
   * and is left alone.
   */
  private @Nullable Name place(TreeStatement.Name name, Tokens tokens) {
    int token = tokens.from(name.position());
    if (token >= tokens.count() || tokens.start(token) != name.position()) {
      return null;
    }
    if (name.role() == NameRole.COPIED && token > 0 && tokens.binary(token - 1)) {
      return null; // the old form COPY BINARY takes no query
    }
    int first = token;
    for (int part = 1; part < name.parts(); part++) {
      int dot = tokens.next(tokens.whole(token));
      if (!tokens.is(dot, Tokens.DOT)) {
        return null;
      }
      token = tokens.next(dot);
      if (part == name.parts() - 2) {
        first = token;
      }
    }
    int last = tokens.whole(token);
    if (last >= tokens.count()) {
      return null;
    }
    int start = offsets.character(tokens.start(first));
    int end = offsets.character(tokens.end(last));
    String columns = null;
    int columnsEnd = end;
    if (name.columns()) {
      int opening = tokens.next(last);
      int closing = opening;
      while (closing < tokens.count() && !tokens.is(closing, Tokens.CLOSING)) {
        closing++;
      }
      if (!tokens.is(opening, Tokens.OPENING) || closing == tokens.count()) {
        return null;
      }
      columns =
          text.substring(
              offsets.character(tokens.end(opening)), offsets.character(tokens.start(closing)));
      columnsEnd = offsets.character(tokens.end(closing));
    }
    return new Name(
        name.role(),
        name.qualifier(),
        name.schema(),
        name.name(),
        start,
        end,
        name.settled(),
        columns,
        columnsEnd);
  }
}
