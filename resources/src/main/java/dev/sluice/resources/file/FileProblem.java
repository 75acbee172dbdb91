package dev.sluice.resources.file;

import java.nio.file.Path;

/**
 * What is wrong in a resource file.
 *
 * @param file the file
 * @param line the line, from 1; 0: not known
 * @param resource {@code Kind namespace/name}, or which document of the file it is
 * @param field the path of the field; empty: the resource as a whole
 * @param message what is wrong and what to do next
 */
public record FileProblem(Path file, int line, String resource, String field, String message) {
  /** One line for a person who knows the directory. */
  public String sentence() {
    return sentence(file.getFileName());
  }

  /** One line for a person who knows several. */
  public String sentenceWithPath() {
    return sentence(file);
  }

  private String sentence(Path shown) {
    return "%s%s: %s: %s%s"
        .formatted(
            shown,
            line > 0 ? ":" + line : "",
            resource,
            field.isEmpty() ? "" : field + ": ",
            message);
  }
}
