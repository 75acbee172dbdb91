package dev.sluice.policy.mask;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address of the Internet, read more strictly than the server does: what is read here, it reads.
 *
 * @param bits the address as a number
 * @param width 32 or 128
 * @param prefix how many leading bits are the network's
 */
record AddressText(BigInteger bits, int width, int prefix) {
  private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f.:]+)(?:/([0-9]{1,3}))?");
  private static final Pattern IPV4 =
      Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})");
  private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
  private static final int GROUPS = 8;

  /** Reads a text; null where it is no address. */
  static @Nullable AddressText parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return null;
    }
    boolean ipv6 = text.indexOf(':') >= 0;
    int width = ipv6 ? 128 : 32;
    BigInteger bits = ipv6 ? ipv6(form.group(1)) : ipv4(form.group(1));
    String length = form.group(2);
    int prefix = length == null ? width : Integer.parseInt(length);
    return bits == null || prefix > width ? null : new AddressText(bits, width, prefix);
  }

  /** Whether no bit beyond the prefix is set. */
  boolean isNetwork() {
    return bits.signum() == 0 || bits.getLowestSetBit() >= width - prefix;
  }

  private static @Nullable BigInteger ipv4(String text) {
    Matcher form = IPV4.matcher(text);
    if (!form.matches()) {
      return null;
    }
    long bits = 0;
    for (int part = 1; part <= 4; part++) {
      int number = Integer.parseInt(form.group(part));
      if (number > 255) {
        return null;
      }
      bits = bits << 8 | number;
    }
    return BigInteger.valueOf(bits);
  }

  private static @Nullable BigInteger ipv6(String text) {
    int gap = text.indexOf("::");
    List<String> groups = new ArrayList<>();
    if (gap < 0) {
      groups.addAll(List.of(text.split(":", -1)));
    } else {
      List<String> before = groups(text.substring(0, gap));
      List<String> after = groups(text.substring(gap + 2));
      groups.addAll(before);
      for (int missing = GROUPS - before.size() - after.size(); missing > 0; missing--) {
        groups.add("0");
      }
      groups.addAll(after);
      // As people write it, a gap stands for two groups or more.
      if (before.size() + after.size() > GROUPS - 2) {
        return null;
      }
    }
    if (groups.size() != GROUPS) {
      return null;
    }
    BigInteger bits = BigInteger.ZERO;
    for (String group : groups) {
      if (!GROUP.matcher(group).matches()) {
        return null;
      }
      bits = bits.shiftLeft(16).or(BigInteger.valueOf(Integer.parseInt(group, 16)));
    }
    return bits;
  }

  private static List<String> groups(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(":", -1));
  }
}
