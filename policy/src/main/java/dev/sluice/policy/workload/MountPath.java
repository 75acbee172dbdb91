package dev.sluice.policy.workload;

import java.util.ArrayList;
import java.util.List;

/**
 * Where in a container something is mounted.
 *
 * @param names the directories on the way from the root
 */
record MountPath(List<String> names) {
  /** An immutable copy. */
  MountPath {
    names = List.copyOf(names);
  }

  /** A path as it is written, which is taken from the root even where it does not begin there. */
  static MountPath of(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        if (!names.isEmpty()) {
          names.removeLast();
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return new MountPath(names);
  }

  /** Whether it is this directory, or lies in it. */
  boolean isWithin(MountPath directory) {
    return names.size() >= directory.names.size()
        && names.subList(0, directory.names.size()).equals(directory.names);
  }
}
