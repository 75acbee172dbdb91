package dev.sluice.resources.file;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One document of a resource file.
 *
 * @param file the file
 * @param number its place in the file, from 1
 * @param content maps, lists, texts, numbers, booleans and nulls, as JSON has them
 * @param lines the line of each field by its path, such as {@code spec.grants[1].tables[0]}
 */
public record ResourceDocument(
    Path file, int number, Map<String, @Nullable Object> content, Map<String, Integer> lines) {

  /** The text of a field at the top, or of {@code metadata}; empty where there is none. */
  public String text(String field) {
    return text(content, field);
  }

  /** The text of a field of {@code metadata}; empty where there is none. */
  public String metadata(String field) {
    return content.get("metadata") instanceof Map<?, ?> metadata ? text(metadata, field) : "";
  }

  /** The labels. */
  public Map<String, String> labels() {
    Map<String, String> labels = new java.util.TreeMap<>();
    if (content.get("metadata") instanceof Map<?, ?> metadata
        && metadata.get("labels") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> labels.put(String.valueOf(key), String.valueOf(value)));
    }
    return labels;
  }

  /** {@code Kind namespace/name}, as far as it is known. */
  public String title() {
    String kind = text("kind");
    String name = metadata("name");
    if (kind.isEmpty() || name.isEmpty()) {
      return "document " + number;
    }
    String namespace = metadata("namespace");
    return kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
  }

  /** The line of a field, or of the nearest thing around it. */
  public int line(String path) {
    String each = path;
    while (true) {
      Integer line = lines.get(each);
      if (line != null) {
        return line;
      }
      int cut = Math.max(each.lastIndexOf('.'), each.lastIndexOf('['));
      if (cut <= 0) {
        return lines.getOrDefault("", 0);
      }
      each = each.substring(0, cut);
    }
  }

  /** A problem of one field. */
  public FileProblem problem(String path, String message) {
    return new FileProblem(file, line(path), title(), path, message);
  }

  private static String text(Map<?, ?> map, String field) {
    return map.get(field) instanceof String text ? text : "";
  }
}
