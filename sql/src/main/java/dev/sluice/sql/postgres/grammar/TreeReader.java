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

  private boolean prints;
  private long all;
  private long shape;

  /** The depth of the constant that is being read; 0: none is. */
  private int constant;

  /** Whether the field that was read last says where something stands. */
  private boolean place;

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

  /**
   * What an expression is, without the places where its parts stand: equal ones are written alike.
   *
   * @param all with its constants
   * @param shape without them
   */
  public record Print(long all, long shape) {
    /** Of nothing. */
    public static final Print NONE = new Print(0, 0);

    /** Whether two are alike but for their constants. */
    public boolean alike(Print other) {
      return shape == other.shape;
    }

    /** That of two expressions. */
    public Print and(Print other) {
      return new Print(mixed(all, other.all), mixed(shape, other.shape));
    }
  }

  /** Takes prints of what is read from now on, or no more. */
  public void prints(boolean taken) {
    prints = taken;
  }

  /** Begins a print; what it gives is for {@link #since}. */
  public Print mark() {
    Print before = new Print(all, shape);
    all = 0;
    shape = 0;
    return before;
  }

  /** The print of what was read since a mark. */
  public Print since(Print before) {
    Print print = new Print(all, shape);
    all = mixed(before.all, all);
    shape = mixed(before.shape, shape);
    return print;
  }

  private void mix(long value) {
    if (prints) {
      all = mixed(all, value);
      if (constant == 0) {
        shape = mixed(shape, value);
      }
    }
  }

  private void mix(String value) {
    if (prints) {
      for (int index = 0; index < value.length(); index++) {
        mix(value.charAt(index));
      }
      mix(value.length());
    }
  }

  private static long mixed(long one, long other) {
    long product = (one ^ other) * 0x9E3779B97F4A7C15L + other;
    return product ^ (product >>> 29);
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
    mix(1);
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
      String name = json.nextField();
      if (prints) {
        place = name.endsWith("location");
        if (!place) {
          mix(name);
        }
        if (constant == 0 && name.equals("A_Const")) {
          constant = depth;
        }
      }
      return name;
    }
    json.endObject();
    depth--;
    if (depth < constant) {
      constant = 0;
    }
    mix(2);
    return null;
  }

  /** Makes a field that {@link #field()} gave be given again. */
  public void unread(String field) {
    pending = field;
  }

  /** Enters an array. */
  public void enterArray() {
    json.beginArray();
    mix(3);
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
    mix(4);
    return false;
  }

  /** Reads a string. */
  public String text() {
    String text = json.readString();
    mix(text);
    return text;
  }

  /** Reads a number. */
  public int number() {
    int number = json.readInt();
    if (!place) {
      mix(number);
    }
    return number;
  }

  /** Reads a boolean. */
  public boolean truth() {
    boolean truth = json.readBoolean();
    mix(truth ? 5 : 6);
    return truth;
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
      case PLAIN -> skipPlain();
    }
  }

  private void skipPlain() {
    if (!prints || place) {
      json.skipValue();
      return;
    }
    switch (json.currentToken()) {
      case STRING -> mix(json.readString());
      case NUMBER -> mix(json.readLong());
      case BOOLEAN -> mix(json.readBoolean() ? 5 : 6);
      case NULL, BEGIN_OBJECT, BEGIN_ARRAY -> json.skipValue();
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
