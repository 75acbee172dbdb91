package dev.sluice.policy.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds commands that have the API server forward a port of a database's pods to the pod. */
final class PortForwards {
  private static final String WORD = "port-forward";

  /** One command of a shell, of which the elements may be separate. */
  private static final Pattern COMMAND =
      Pattern.compile("(?<![^;&|\\n])[^;&|\\n]*\\bport-forward\\b[^;&|\\n]*");

  private static final Pattern NAMESPACE =
      Pattern.compile("(?:^|\\s)(?:-n|--namespace)[\\s=]*([a-z0-9-]+)");
  private static final Pattern TARGET =
      Pattern.compile("(?:^|\\s)(?:[a-z.]+/)?([a-z0-9][a-z0-9-]*)(?=\\s)");
  private static final Pattern PORT =
      Pattern.compile("(?<=[\\s:])(\\d{1,5}|postgres\\w*)(?![\\w:])");

  private PortForwards() {}

  /**
   * The databases to whose ports a command leads.
   *
   * @param text the command
   * @param namespace the namespace of its pod, which it means where it names none
   * @param databases the databases that are looked for
   */
  static List<GovernedDatabase> in(
      String text, String namespace, List<GovernedDatabase> databases) {
    if (!text.contains(WORD)) {
      return List.of();
    }
    List<GovernedDatabase> found = new ArrayList<>();
    for (Matcher command = COMMAND.matcher(text); command.find(); ) {
      Matcher named = NAMESPACE.matcher(command.group());
      String where = named.find() ? named.group(1) : namespace;
      databases.stream()
          .filter(database -> !found.contains(database))
          .filter(
              database ->
                  database.services().stream()
                      .filter(service -> service.name().namespace().equals(where))
                      .anyMatch(service -> leads(command.group(), service)))
          .forEach(found::add);
    }
    return found;
  }

  private static boolean leads(String command, GovernedDatabase.ServiceAddress service) {
    String name = service.name().name();
    boolean target = false;
    for (Matcher each = TARGET.matcher(command); each.find() && !target; ) {
      // Its pods are called after what makes them, and that mostly as the Service is.
      target = each.group(1).equals(name) || each.group(1).startsWith(name + "-");
    }
    boolean port = false;
    for (Matcher each = PORT.matcher(command); target && !port && each.find(); ) {
      port =
          Character.isLetter(each.group(1).charAt(0))
              || service.ports().contains(Integer.valueOf(each.group(1)));
    }
    return target && port;
  }
}
