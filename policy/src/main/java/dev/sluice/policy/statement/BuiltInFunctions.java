package dev.sluice.policy.statement;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Functions and operators that PostgreSQL itself brings and whose names tell what they do: none of
 * them runs code that somebody made, or SQL that it is given as text. By name alone, as a text has
 * them: a function of somebody's own that has the name of one of these and suits the arguments
 * better is taken for it.
 *
 * <p>{@code built-in-functions.txt} has a name a line, sorted: those in {@code pg_proc} of
 * PostgreSQL 15 that take and give values of ordinary types, without what only operators, types,
 * indexes and aggregates call; after later ones the major version that brought them.
 */
public final class BuiltInFunctions {

  /** The oldest major version that is supported, whose functions every server has. */
  static final int OLDEST = 15;

  /** Names of {@code pg_operator}, the same from PostgreSQL 15 to 18. */
  private static final Set<String> OPERATORS =
      Set.of(
          ("!! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> *>= + - -> ->>"
                  + " -|- / < <-> << <<= <<| <= <> <@ <^ = > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @"
                  + " @-@ @> @? @@ @@@ ^ ^@ | |&> |/ |>> || ||/ ~ ~* ~<=~ ~<~ ~= ~>=~ ~>~ ~~ ~~*"
                  + " !=")
              .split(" "));

  /** Functions of PostgreSQL and its own extensions that run SQL which they are given as text. */
  private static final Set<String> RUN_TEXT =
      Set.of(
          "connectby",
          "crosstab",
          "crosstab2",
          "crosstab3",
          "crosstab4",
          "crosstabn",
          "cursor_to_xml",
          "cursor_to_xmlschema",
          "database_to_xml",
          "database_to_xml_and_xmlschema",
          "database_to_xmlschema",
          "dblink",
          "dblink_exec",
          "dblink_open",
          "dblink_send_query",
          "pg_background_launch",
          "query_to_xml",
          "query_to_xml_and_xmlschema",
          "query_to_xmlschema",
          "schema_to_xml",
          "schema_to_xml_and_xmlschema",
          "schema_to_xmlschema",
          "table_to_xml",
          "table_to_xml_and_xmlschema",
          "table_to_xmlschema",
          "ts_rewrite",
          "ts_stat",
          "xpath_table");

  private BuiltInFunctions() {}

  /** Names of what functions of PostgreSQL give in several columns. */
  private static final class Fields {
    private static final Set<String> NAMES = Set.copyOf(lines("built-in-fields.txt"));
  }

  /** Loaded when the first name is asked for. */
  private static final class Names {
    private static final String FILE = "built-in-functions.txt";
    private static final String[] SORTED;
    private static final byte[] SINCE;

    static {
      List<String> all = lines(FILE);
      SORTED = new String[all.size()];
      SINCE = new byte[all.size()];
      for (int index = 0; index < SORTED.length; index++) {
        String line = all.get(index);
        int space = line.indexOf(' ');
        SORTED[index] = space < 0 ? line : line.substring(0, space);
        SINCE[index] = space < 0 ? OLDEST : Byte.parseByte(line.substring(space + 1));
      }
    }
  }

  private static List<String> lines(String file) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(BuiltInFunctions.class.getResourceAsStream(file), file),
                UTF_8))) {
      return lines.lines().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Whether a function does nothing that a statement's facts do not tell.
   *
   * @param parts the parts of its name, the schema first where there is one
   * @param serverVersion the server's major version; 0: not known, taken for the oldest
   */
  public static boolean knows(List<String> parts, int serverVersion) {
    String name = parts.getLast();
    if (parts.size() > 1) {
      String schema = parts.get(parts.size() - 2);
      if (schema.equals("information_schema")) {
        return true;
      }
      if (!schema.equals("pg_catalog")) {
        return false;
      }
    }
    int index = Arrays.binarySearch(Names.SORTED, name);
    return index >= 0 && Names.SINCE[index] <= Math.max(serverVersion, OLDEST);
  }

  /**
   * Whether a name is that of a column or field that a function of PostgreSQL gives, or ROW does.
   *
   * @param name the name
   */
  public static boolean givesField(String name) {
    return Fields.NAMES.contains(name)
        || (name.length() > 1
            && name.charAt(0) == 'f'
            && name.chars().skip(1).allMatch(Character::isDigit));
  }

  /**
   * Whether a function runs SQL that it is given as text, or reads relations that it is given the
   * names of.
   *
   * @param name its name without a schema
   */
  public static boolean runsText(String name) {
    return RUN_TEXT.contains(name);
  }

  /**
   * Whether an operator is one of PostgreSQL's own.
   *
   * @param parts the parts of its name, the schema first where there is one
   */
  public static boolean knowsOperator(List<String> parts) {
    return (parts.size() == 1 || parts.get(parts.size() - 2).equals("pg_catalog"))
        && OPERATORS.contains(parts.getLast());
  }

  /**
   * The name of a function that rules name, by the object id that it has in every PostgreSQL
   * ({@code pg_proc.dat}).
   *
   * @param function the object id
   * @return the name; of one that no rule names, words with its number
   */
  public static String name(int function) {
    return switch (function) {
      case 764, 767 -> "lo_import";
      case 765 -> "lo_export";
      case 2078 -> "set_config";
      case 2624, 3293, 3826, 6208 -> "pg_read_file";
      case 3295, 3827, 3828, 6209 -> "pg_read_binary_file";
      case 2625, 3297 -> "pg_ls_dir";
      default -> "number " + Integer.toUnsignedString(function);
    };
  }
}
