package dev.sluice.policy.workload;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names that hold the IP address to which they lead, without anybody having registered them: {@code
 * 10.0.0.1.nip.io}, {@code ip-10-0-0-1.ec2.internal}, {@code 10-0-0-1.db.shop.svc}.
 */
final class AddressNames {
  /** Domains that answer with the address in front of them, however it is written. */
  private static final Pattern WILDCARD =
      Pattern.compile(
          "(.+)\\.(?:nip\\.io|sslip\\.io|xip\\.io|traefik\\.me|local-ip\\.(?:co|sh)|backname\\.io)");

  private static final Pattern DOTTED =
      Pattern.compile("(?:^|.*[.-])(\\d{1,3}(?:\\.\\d{1,3}){3})(?:$|[.-].*)");
  private static final Pattern DASHED =
      Pattern.compile("(?:^|.*[.-])(\\d{1,3}(?:-\\d{1,3}){3})(?:[.-].*|$)");
  private static final Pattern HEXADECIMAL =
      Pattern.compile("(?:^|.*[.-])([0-9a-f]{8})(?:$|[.-].*)");
  private static final Pattern IPV6 =
      Pattern.compile("(?:^|.*\\.)([0-9a-f]*(?:-[0-9a-f]*){2,7})(?:$|\\..*)");

  /** No host name is longer. */
  private static final int LONGEST = 253;

  private AddressNames() {}

  /**
   * The address in a name.
   *
   * @param host a host name in lower case
   * @return empty where it holds none
   */
  static Optional<String> address(String host) {
    if (host.length() > LONGEST || host.indexOf('.') < 0 || !hasEnoughDigits(host)) {
      return Optional.empty();
    }
    Matcher wildcard = WILDCARD.matcher(host);
    if (wildcard.matches()) {
      String rest = wildcard.group(1);
      return group(DOTTED, rest)
          .or(() -> group(DASHED, rest).map(found -> found.replace('-', '.')))
          .or(() -> group(HEXADECIMAL, rest).map(found -> "0x" + found))
          .or(() -> group(IPV6, rest).map(found -> found.replace('-', ':')))
          .flatMap(IpLiteral::canonical);
    }
    return group(DASHED, host).map(found -> found.replace('-', '.')).flatMap(IpLiteral::canonical);
  }

  /** Most names have no digits, or few. */
  private static boolean hasEnoughDigits(String host) {
    int digits = 0;
    for (int position = 0; position < host.length(); position++) {
      char character = host.charAt(position);
      digits += character >= '0' && character <= '9' ? 1 : 0;
    }
    return digits >= 4;
  }

  private static Optional<String> group(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
