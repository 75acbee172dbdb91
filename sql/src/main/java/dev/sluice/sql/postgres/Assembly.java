package dev.sluice.sql.postgres;

import dev.sluice.policy.statement.NamedStatements;
import dev.sluice.policy.statement.StatementFacts;
import dev.sluice.policy.statement.StatementKind;
import dev.sluice.sql.postgres.Statement.Name;
import dev.sluice.sql.postgres.grammar.GrammarText;
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
  private final int bytes;

  Assembly(String text, int bytes, GrammarText grammar) {
    this.text = text;
    this.bytes = bytes;
    this.grammar = grammar;
    this.offsets = Offsets.of(text, bytes);
    this.tokens = grammar.tokens();
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
    String fingerprint = only ? grammar.fingerprint(0, bytes) : grammar.fingerprint(start, end);
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
        fingerprint,
        tree.parameters(),
        tree.settings(),
        tree.action(),
        tree.handle(),
        tree.copy(),
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
