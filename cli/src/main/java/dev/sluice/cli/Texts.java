package dev.sluice.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Texts that a command line names. */
public final class Texts {
  /** Standard input. */
  public static final String INPUT = "-";

  private Texts() {}

  /**
   * Reads one.
   *
   * @param given a file, or {@link #INPUT}
   * @param surroundings where it lies
   * @throws Failure where it cannot be read
   */
  public static String read(String given, Surroundings surroundings) {
    try {
      if (given.equals(INPUT)) {
        return new String(surroundings.in().readAllBytes(), StandardCharsets.UTF_8);
      }
      Path file = surroundings.path(given);
      if (Files.isDirectory(file)) {
        throw Failure.usage("%s is a directory: name a file".formatted(given));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw unreadable(given, e);
    }
  }

  /**
   * What is said of a file that cannot be read.
   *
   * @param given the file as it was named
   * @param e why
   */
  public static Failure unreadable(String given, IOException e) {
    String reason =
        switch (e) {
          case NoSuchFileException _ -> "there is no such file or directory";
          case CharacterCodingException _ -> "it is not a text in UTF-8";
          default -> String.valueOf(e.getMessage());
        };
    return Failure.usage("%s cannot be read: %s".formatted(given, reason));
  }
}
