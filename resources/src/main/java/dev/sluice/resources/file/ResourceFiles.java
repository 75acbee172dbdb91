package dev.sluice.resources.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the YAML files of a directory, as Kubernetes reads YAML, with the line of each field. */
public final class ResourceFiles {
  /** Words that Kubernetes' YAML takes as true and false where they are not quoted. */
  private static final Set<String> TRUE =
      Set.of("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y");

  private static final Set<String> FALSE =
      Set.of("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Pattern INTEGER = Pattern.compile("[-+]?(0|[1-9][0-9]{0,17})");
  private static final Pattern OCTAL = Pattern.compile("0o?([0-7]{1,20})");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x([0-9a-fA-F]{1,15})");
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  private final List<ResourceDocument> documents = new ArrayList<>();
  private final List<FileProblem> problems = new ArrayList<>();

  /**
   * Reads all files of a directory that end in {@code .yaml} or {@code .yml}, by name.
   *
   * @throws IOException where the directory or a file cannot be read
   */
  public static ResourceFiles read(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> file.toString().matches(".*\\.ya?ml"))
              .sorted()
              .toList();
    }
    return of(files.toArray(Path[]::new));
  }

  /**
   * Reads files.
   *
   * @throws IOException where one cannot be read
   */
  public static ResourceFiles of(Path... files) throws IOException {
    ResourceFiles read = new ResourceFiles();
    for (Path file : files) {
      read.file(file, Files.readString(file, StandardCharsets.UTF_8));
    }
    return read;
  }

  /**
   * Reads a text.
   *
   * @param name how the file is called to people
   * @param text what stands in it
   */
  public static ResourceFiles of(Path name, String text) {
    ResourceFiles read = new ResourceFiles();
    read.file(name, text);
    return read;
  }

  /** The documents that could be read. */
  public List<ResourceDocument> documents() {
    return List.copyOf(documents);
  }

  /** What is not YAML, or not a resource. */
  public List<FileProblem> problems() {
    return List.copyOf(problems);
  }

  private void file(Path file, String text) {
    LoadSettings settings = LoadSettings.builder().build();
    int number = 0;
    try {
      for (Node node : new Compose(settings).composeAllFromString(text)) {
        number++;
        document(file, number, node);
      }
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      problems.add(
          new FileProblem(
              file, line, "document " + (number + 1), "", "is not YAML: " + e.getProblem()));
    } catch (YamlEngineException e) {
      problems.add(
          new FileProblem(
              file, 0, "document " + (number + 1), "", "is not YAML: " + e.getMessage()));
    }
  }

  private void document(Path file, int number, Node node) {
    Map<String, Integer> lines = new HashMap<>();
    Object value;
    try {
      value = value(node, "", lines);
    } catch (DuplicateKeyException e) {
      problems.add(new FileProblem(file, e.line, "document " + number, e.path, "is there twice"));
      return;
    }
    if (value == null) {
      return;
    }
    if (!(value instanceof Map<?, ?> map)) {
      problems.add(
          new FileProblem(file, line(node), "document " + number, "", "is not a resource"));
      return;
    }
    Map<String, @Nullable Object> content = new LinkedHashMap<>();
    map.forEach((key, each) -> content.put(String.valueOf(key), each));
    documents.add(new ResourceDocument(file, number, content, lines));
  }

  /** A field that a mapping has twice: one of the values would be lost. */
  private static final class DuplicateKeyException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String path;
    private final int line;

    DuplicateKeyException(String path, int line) {
      super(path);
      this.path = path;
      this.line = line;
    }
  }

  private static @Nullable Object value(Node node, String path, Map<String, Integer> lines)
      throws DuplicateKeyException {
    lines.putIfAbsent(path, line(node));
    return switch (node) {
      case MappingNode mapping -> {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
          if (isMerge(tuple)) {
            continue;
          }
          String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
          String child = path.isEmpty() ? key : path + "." + key;
          if (map.containsKey(key)) {
            throw new DuplicateKeyException(child, line(tuple.getKeyNode()));
          }
          lines.put(child, line(tuple.getKeyNode()));
          map.put(key, value(tuple.getValueNode(), child, lines));
        }
        for (NodeTuple tuple : mapping.getValue()) {
          if (isMerge(tuple)) {
            merge(tuple.getValueNode(), path, map, lines);
          }
        }
        yield map;
      }
      case SequenceNode sequence -> {
        List<@Nullable Object> list = new ArrayList<>();
        for (Node each : sequence.getValue()) {
          list.add(value(each, "%s[%d]".formatted(path, list.size()), lines));
        }
        yield list;
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new IllegalStateException("a node of type " + node.getNodeType());
    };
  }

  private static boolean isMerge(NodeTuple tuple) {
    return tuple.getKeyNode() instanceof ScalarNode key
        && key.getScalarStyle() == ScalarStyle.PLAIN
        && key.getValue().equals("<<");
  }

  /** What a mapping takes from another one, {@code <<: *other}; what it says itself stays. */
  private static void merge(
      Node from, String path, Map<String, @Nullable Object> map, Map<String, Integer> lines)
      throws DuplicateKeyException {
    if (from instanceof SequenceNode several) {
      for (Node each : several.getValue()) {
        merge(each, path, map, lines);
      }
    } else if (value(from, path, new HashMap<>()) instanceof Map<?, ?> other) {
      other.forEach(
          (key, each) -> {
            String name = String.valueOf(key);
            if (!map.containsKey(name)) {
              map.put(name, each);
              lines.putIfAbsent(path.isEmpty() ? name : path + "." + name, line(from));
            }
          });
    }
  }

  private static @Nullable Object scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return text;
    }
    if (NULL.contains(text)) {
      return null;
    }
    if (TRUE.contains(text)) {
      return true;
    }
    if (FALSE.contains(text)) {
      return false;
    }
    if (INTEGER.matcher(text).matches()) {
      return Long.parseLong(text.startsWith("+") ? text.substring(1) : text);
    }
    Matcher octal = OCTAL.matcher(text);
    if (octal.matches()) {
      return Long.parseLong(octal.group(1), 8);
    }
    Matcher hexadecimal = HEXADECIMAL.matcher(text);
    if (hexadecimal.matches()) {
      return Long.parseLong(hexadecimal.group(1), 16);
    }
    if (DECIMAL.matcher(text).matches()) {
      return Double.parseDouble(text);
    }
    return text;
  }

  private static int line(Node node) {
    Optional<Mark> mark = node.getStartMark();
    return mark.map(each -> each.getLine() + 1).orElse(0);
  }
}
