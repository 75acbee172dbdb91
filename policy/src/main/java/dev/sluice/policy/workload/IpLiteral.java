package dev.sluice.policy.workload;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/** IP addresses in all forms in which programs take them, brought to one. No name is resolved. */
final class IpLiteral {
  private IpLiteral() {}

  /**
   * The one form of an address.
   *
   * @param text such as {@code 10.0.0.1}, {@code ::ffff:a00:1}, {@code 0x0a000001}, {@code 10.1}
   * @return empty where it is no address
   */
  static Optional<String> canonical(String text) {
    if (text.isEmpty() || !text.chars().allMatch(IpLiteral::mayOccur)) {
      return Optional.empty();
    }
    try {
      InetAddress address =
          text.indexOf(':') >= 0 ? Inet6Address.ofLiteral(text) : Inet4Address.ofPosixLiteral(text);
      return Optional.of(address.getHostAddress());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean mayOccur(int character) {
    return character == '.'
        || character == ':'
        || character == 'x'
        || character == 'X'
        || Character.digit(character, 16) >= 0;
  }
}
