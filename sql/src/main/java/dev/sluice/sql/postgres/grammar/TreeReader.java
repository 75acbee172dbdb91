package dev.sluice.sql.postgres.grammar;

import io.avaje.json.JsonException;
import io.avaje.json.JsonReader;
import io.avaje.json.PropertyNames;
import io.avaje.json.stream.JsonStream;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Steps through the JSON of a tree, once, from front to back.
 *
 * <p>A node stands in it in one of two forms: wrapped, {@code {"RangeVar": {"relname": ...}}},
 * where it may be of any type; and bare, {@code {"relname": ...}}, where the field that holds it
 * says the type. Types begin with an upper-case letter, fields with a lower-case one.
 */
public final class TreeReader implements AutoCloseable {

  private static final JsonStream STREAM = JsonStream.builder().build();

  private final JsonReader json;
  private final PropertyNames names;
  private final int deepest;
  private int depth;
  private @Nullable String pending;

  private TreeReader(JsonReader json, PropertyNames names, int deepest) {
    this.json = json;
    this.names = names;
    this.deepest = deepest;
  }

  /**
   * Names of types and fields that are read without making a new string of each.
   *
   * @param names the names; others may occur too
   */
  public static PropertyNames names(String... names) {
    return STREAM.properties(names);
  }

  static TreeReader of(MemorySegment tree, PropertyNames names, int deepest) {
    return new TreeReader(STREAM.reader(new SegmentStream(tree)), names, deepest);
  }

  /** What a value is. */
  public enum Form {
    OBJECT,
    ARRAY,
    /** A string, number, boolean or null. */
    PLAIN
  }

  /** What the value is that is read next. */
  public Form form() {
    return switch (json.currentToken()) {
      case BEGIN_OBJECT -> Form.OBJECT;
      case BEGIN_ARRAY -> Form.ARRAY;
      case STRING, NUMBER, BOOLEAN, NULL -> Form.PLAIN;
    };
  }

  /**
   * Enters an object.
   *
   * @throws TooDeepException where it stands deeper than the limit
   */
  public void enter() {
    if (++depth > deepest) {
      throw new TooDeepException();
    }
    json.beginObject(names);
  }

  /**
   * The next field of the object that was entered; null: there is none, and the object has been
   * left.
   */
  public @Nullable String field() {
    String again = pending;
    if (again != null) {
      pending = null;
      return again;
    }
    if (json.hasNextField()) {
      return json.nextField();
    }
    json.endObject();
    depth--;
    return null;
  }

  /** Makes a field that {@link #field()} gave be given again. */
  public void unread(String field) {
    pending = field;
  }

  /** Enters an array. */
  public void enterArray() {
    json.beginArray();
  }

  /**
   * Whether the array that was entered has another element; false: there is none, and the array has
   * been left.
   */
  public boolean element() {
    if (json.hasNextElement()) {
      return true;
    }
    json.endArray();
    return false;
  }

  /** Reads a string. */
  public String text() {
    return json.readString();
  }

  /** Reads a number. */
  public int number() {
    return json.readInt();
  }

  /** Reads a boolean. */
  public boolean truth() {
    return json.readBoolean();
  }

  /** Passes over a value of any form. */
  public void skip() {
    switch (form()) {
      case OBJECT -> {
        enter();
        while (field() != null) {
          skip();
        }
      }
      case ARRAY -> {
        enterArray();
        while (element()) {
          skip();
        }
      }
      case PLAIN -> json.skipValue();
    }
  }

  @Override
  public void close() {
    json.close();
  }

  /** Whether a name is that of a type of node, not of a field. */
  public static boolean type(String name) {
    return !name.isEmpty() && name.charAt(0) >= 'A' && name.charAt(0) <= 'Z';
  }

  /** A tree is nested more deeply than is read; PostgreSQL itself gives up on such a statement. */
  public static final class TooDeepException extends JsonException {
    private static final long serialVersionUID = 1;

    TooDeepException() {
      super("nested too deeply");
    }
  }
}
