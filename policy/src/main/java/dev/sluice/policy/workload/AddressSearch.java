package dev.sluice.policy.workload;

import java.net.IDN;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks in texts for the addresses of governed databases, however they are spelled. */
final class AddressSearch {
  private static final Pattern IPV6 =
      Pattern.compile("(?<![0-9A-Fa-f:])[0-9A-Fa-f]*+:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

  /** Characters that nobody sees and that host names lose. */
  private static final Pattern IGNORED =
      Pattern.compile(
          "[\u00ad\u034f\u1806\u180b-\u180e\u200b-\u200d\u2060-\u2064\ufe00-\ufe0f\ufeff]");

  /** Begins where a word does, or a long word would be looked at from each of its letters. */
  private static final Pattern INTERNATIONAL =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}\\p{M}.-])[\\p{L}\\p{N}\\p{M}.-]*[\\p{L}\\p{N}\\p{M}&&[^\\x00-\\x7f]][\\p{L}\\p{N}\\p{M}.-]*");

  private static final int DEEPEST = 3;

  private final AddressBook book;

  AddressSearch(AddressBook book) {
    this.book = book;
  }

  /**
   * What was found.
   *
   * @param database whose address it is
   * @param start where in the text it stands; -1 where it stands in an encoded part
   * @param spelled how it is spelled
   */
  record Match(GovernedDatabase database, int start, String spelled) {}

  /**
   * Looks in a text.
   *
   * @param text the text
   * @param key the name of the variable, option or file that holds the text
   * @param besidePort the port that stands in a variable beside this one; absent where none does
   * @return one match for each database
   */
  List<Match> find(String text, String key, @Nullable Integer besidePort) {
    Map<ObjectName, Match> found = new LinkedHashMap<>();
    find(plain(text), key, besidePort, 0, found);
    return List.copyOf(found.values());
  }

  private void find(
      String text,
      String key,
      @Nullable Integer besidePort,
      int depth,
      Map<ObjectName, Match> found) {
    if (book.isEmpty()) {
      return;
    }
    for (int from = nextWord(text, 0); from < text.length(); from = nextWord(text, from)) {
      int start = from;
      int end = from;
      while (end < text.length() && mayBeHost(text.charAt(end))) {
        end++;
      }
      boolean dashed = text.startsWith("-h", start);
      from = end;
      while (start < end && isEdge(text.charAt(start))) {
        start++;
      }
      while (start < end && isEdge(text.charAt(end - 1))) {
        end--;
      }
      // psql -horders-db: the value of a short option needs no blank.
      boolean option = dashed && end - start > 1;
      match(text, start, end, key, besidePort, depth, false, found);
      if (option) {
        match(text, start + 1, end, key, besidePort, depth, true, found);
      }
    }
    if (mayHoldIpv6(text)) {
      for (Matcher run = IPV6.matcher(text); run.find(); ) {
        match(text, run.start(), run.end(), key, besidePort, depth, false, found);
      }
    }
    if (depth < DEEPEST) {
      EncodedTexts.in(text).forEach(inner -> find(plain(inner), key, besidePort, depth + 1, found));
    }
  }

  private void match(
      String text,
      int start,
      int end,
      String key,
      @Nullable Integer besidePort,
      int depth,
      boolean option,
      Map<ObjectName, Match> found) {
    if (start >= end) {
      return;
    }
    String spelled = text.substring(start, end);
    List<AddressBook.Entry> entries = book.at(spelled);
    if (entries.isEmpty()) {
      return;
    }
    // Once is enough: a text may name an address very often.
    if (entries.stream().allMatch(entry -> found.containsKey(entry.database().name()))) {
      return;
    }
    TextContext context = new TextContext(text, start, end, key);
    List<AddressBook.Entry> reached = new ArrayList<>();
    for (AddressBook.Entry entry : entries) {
      if (isMeant(entry, context, option) && isReached(entry, context, besidePort)) {
        reached.add(entry);
      }
    }
    if (reached.isEmpty()) {
      return;
    }
    // Several databases of one server: the one whose name stands beside the address, else the
    // first.
    AddressBook.Entry best =
        reached.stream()
            .filter(entry -> reached.size() == 1 || context.names(entry.database().database()))
            .findFirst()
            .orElse(reached.getFirst());
    found.putIfAbsent(
        best.database().name(), new Match(best.database(), depth == 0 ? start : -1, spelled));
  }

  private static boolean isMeant(AddressBook.Entry entry, TextContext context, boolean option) {
    if (context.isNetwork() || KeyWords.isProxyException(context.key())) {
      return false;
    }
    return switch (entry.clarity()) {
      case PLAIN -> !context.isInPath();
      case PAIR ->
          option
              || context.isAuthority()
              || !(KeyWords.isSomethingElse(context.key())
                  || context.isInPath()
                  || (context.isInWebQuery() && !KeyWords.isHost(context.key())));
      case WORD ->
          option
              || context.isAuthority()
              || KeyWords.isHost(context.key())
              || context.followingPort().filter(entry.ports()::contains).isPresent();
    };
  }

  /** Another port at the same address is another thing, such as the metrics of the server. */
  private static boolean isReached(
      AddressBook.Entry entry, TextContext context, @Nullable Integer besidePort) {
    if (entry.ports().isEmpty()) {
      return true;
    }
    Optional<Integer> written = context.port();
    if (written.isPresent()) {
      return entry.ports().contains(written.get());
    }
    Optional<Integer> beside = context.keyedPort().or(() -> Optional.ofNullable(besidePort));
    return beside.isEmpty()
        || entry.ports().contains(beside.get())
        || context.mentions(entry.ports());
  }

  /** Full-width letters and the like as programs that normalise host names read them. */
  private static String plain(String text) {
    if (isAscii(text)) {
      return text;
    }
    String normal =
        IGNORED
            .matcher(Normalizer.normalize(text, Normalizer.Form.NFKC))
            .replaceAll("")
            .replace('\u3002', '.');
    return INTERNATIONAL
        .matcher(normal)
        .replaceAll(name -> Matcher.quoteReplacement(ascii(name.group())));
  }

  /** An international host name as DNS has it; what is none stays as it is. */
  private static String ascii(String name) {
    try {
      return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException e) {
      return name;
    }
  }

  private static boolean isAscii(String text) {
    for (int position = 0; position < text.length(); position++) {
      if (text.charAt(position) >= 128) {
        return false;
      }
    }
    return true;
  }

  /** Whether two colons have nothing but hexadecimal digits between them. */
  private static boolean mayHoldIpv6(String text) {
    for (int colon = text.indexOf(':'); colon >= 0; ) {
      int next = colon + 1;
      while (next < text.length() && HexFormat.isHexDigit(text.charAt(next))) {
        next++;
      }
      if (next < text.length() && text.charAt(next) == ':') {
        return true;
      }
      colon = text.indexOf(':', next);
    }
    return false;
  }

  /** Where the next run of characters of host names begins. */
  private static int nextWord(String text, int from) {
    int position = from;
    while (position < text.length() && !mayBeHost(text.charAt(position))) {
      position++;
    }
    return position;
  }

  private static boolean mayBeHost(char character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || isEdge(character);
  }

  private static boolean isEdge(char character) {
    return character == '.' || character == '-' || character == '_';
  }
}
