package dev.sluice.policy.workload;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses in all forms in which programs take them, brought to one. No name is resolved. */
final class IpLiteral {
  private static final int LONGEST = 64;

  /** {@code ::/96}. */
  private static final byte[] COMPATIBLE = new byte[12];

  /** {@code 64:ff9b::/96}, which NAT64 leads to IPv4. */
  private static final byte[] TRANSLATED = {
    0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0
  };

  /** {@code 64:ff9b:1::/48}, the same within one network. */
  private static final byte[] TRANSLATED_LOCALLY = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 1};

  /** {@code ::ffff:0:0:0/96}, which stateless translation leads to IPv4. */
  private static final byte[] STATELESS = {0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 0};

  private static final Pattern PADDING = Pattern.compile("(?<![0-9A-Za-z])0+(?=[0-9])");

  private IpLiteral() {}

  /**
   * The one form of an address.
   *
   * @param text such as {@code 10.0.0.1}, {@code ::ffff:a00:1}, {@code 0x0a000001}, {@code 10.1}
   * @return empty where it is no address
   */
  static Optional<String> canonical(String text) {
    // Most words are none, and to be told so by an exception takes long.
    if (text.isEmpty()
        || text.length() > LONGEST
        || (text.indexOf(':') < 0 && Character.digit(text.charAt(0), 10) < 0)
        || !consistsOfDigits(text)) {
      return Optional.empty();
    }
    try {
      InetAddress address =
          text.indexOf(':') >= 0 ? Inet6Address.ofLiteral(text) : Inet4Address.ofPosixLiteral(text);
      return Optional.of(embedded(address).getHostAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The address of an IPv4 text whose numbers have zeros in front, for programs that do not take
   * these for octal: {@code 010.244.000.017}, of which Java makes {@code 10.244.0.17}.
   */
  static Optional<String> padded(String text) {
    if (!text.startsWith("0") && !text.contains(".0")) {
      return Optional.empty();
    }
    String plain = PADDING.matcher(text).replaceAll("");
    return plain.equals(text) ? Optional.empty() : canonical(plain);
  }

  /** The IPv4 address that an IPv6 address is another form of, or leads to by translation. */
  private static InetAddress embedded(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != 16) {
      return address;
    }
    boolean relayed = bytes[0] == 0x20 && bytes[1] == 0x02;
    int from = relayed ? 2 : 12;
    byte[] prefix = Arrays.copyOf(bytes, 12);
    boolean holdsAnother =
        relayed
            || Arrays.equals(prefix, COMPATIBLE)
            || Arrays.equals(prefix, TRANSLATED)
            || Arrays.equals(prefix, STATELESS)
            || Arrays.equals(Arrays.copyOf(bytes, 6), TRANSLATED_LOCALLY);
    try {
      return holdsAnother && bytes[from] != 0
          ? InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4))
          : address;
    } catch (UnknownHostException impossible) {
      return address;
    }
  }

  private static boolean consistsOfDigits(String text) {
    for (int position = 0; position < text.length(); position++) {
      if (!mayOccur(text.charAt(position))) {
        return false;
      }
    }
    return true;
  }

  private static boolean mayOccur(char character) {
    return character == '.'
        || character == ':'
        || character == 'x'
        || character == 'X'
        || Character.digit(character, 16) >= 0;
  }
}
