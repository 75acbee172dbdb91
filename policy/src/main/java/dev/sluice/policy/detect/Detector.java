package dev.sluice.policy.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for some kinds of data in texts. Each byte is looked up once: only at those without which
 * nothing that is looked for can be (an {@code @}, the first of some digits, a colon) it looks
 * closer, and not farther than such data reach. It keeps what it found in the last text, and is for
 * one thread.
 */
public final class Detector {
  private static final byte AT = 1;
  private static final byte PERCENT = 2;
  private static final byte DIGIT = 3;
  private static final byte COLON = 4;
  private static final byte PREFIX = 5;
  private static final byte JWT = 6;
  private static final byte KEY = 7;
  private static final byte EQUALS = 8;
  private static final byte BACKSLASH = 9;

  /** Of so many that were found last it is known whether they are the same again. */
  private static final int REMEMBERED = 8;

  private final Set<Kind> kinds;
  private final byte[] triggers = new byte[256];
  private final boolean cards;
  private final boolean phones;
  private final boolean ids;
  private final boolean ibans;
  private final boolean addresses;
  private final boolean secrets;
  private final Digits digits = new Digits();
  private final Found found = this::add;

  private int[] starts = new int[8];
  private int[] ends = new int[8];
  private Kind[] ofKinds = new Kind[8];
  private int count;
  private boolean escapes;

  /** One that looks for some kinds. */
  public Detector(Set<Kind> kinds) {
    this.kinds = kinds.isEmpty() ? EnumSet.noneOf(Kind.class) : EnumSet.copyOf(kinds);
    cards = kinds.contains(Kind.PaymentCard);
    phones = kinds.contains(Kind.Phone);
    ids = kinds.contains(Kind.NationalId);
    ibans = kinds.contains(Kind.Iban);
    addresses = kinds.contains(Kind.IpAddress);
    secrets = kinds.contains(Kind.Secret);
    if (kinds.contains(Kind.Email)) {
      triggers['@'] = AT;
      triggers['%'] = PERCENT;
    }
    if (cards || phones || ids || ibans || addresses) {
      Arrays.fill(triggers, '0', '9' + 1, DIGIT);
    }
    if (addresses || secrets) {
      triggers[':'] = COLON;
    }
    if (secrets) {
      triggers['-'] = PREFIX;
      triggers['_'] = PREFIX;
      triggers['J'] = JWT;
      triggers['A'] = KEY;
      triggers['='] = EQUALS;
    }
    triggers['\\'] = BACKSLASH;
  }

  /** What it looks for. */
  public Set<Kind> kinds() {
    return Set.copyOf(kinds);
  }

  /**
   * Looks at a text as it stands there.
   *
   * @param bytes an array with the text, in UTF-8 or another encoding in which ASCII is ASCII
   * @param from where it begins
   * @param to where it ends
   * @return whether anything was found
   */
  public boolean find(byte[] bytes, int from, int to) {
    count = 0;
    escapes = false;
    int sign = from;
    int position = from;
    byte[] table = triggers;
    while (position < to) {
      byte trigger = table[bytes[position] & 0xff];
      if (trigger == 0) {
        position++;
        continue;
      }
      switch (trigger) {
        case AT -> {
          Emails.find(bytes, sign, position, position + 1, to, found);
          position++;
          sign = position;
        }
        case PERCENT -> {
          if (position + 2 < to && bytes[position + 1] == '4' && bytes[position + 2] == '0') {
            Emails.find(bytes, sign, position, position + 3, to, found);
            sign = position + 3;
          }
          position++;
        }
        case DIGIT -> position = number(bytes, from, position, to);
        case COLON -> position = colon(bytes, from, position, to);
        case PREFIX -> position = Secrets.token(bytes, from, position, to, found);
        case JWT -> position = Secrets.jwt(bytes, from, position, to, found);
        case KEY -> position = Secrets.key(bytes, from, position, to, found);
        case EQUALS -> position = Secrets.parameter(bytes, from, position, to, found);
        default -> {
          escapes = true;
          position++;
        }
      }
    }
    return count > 0;
  }

  private int number(byte[] bytes, int from, int at, int to) {
    int end = at + 1;
    while (end < to && Bytes.isDigit(bytes[end])) {
      end++;
    }
    if (Bytes.begins(bytes, from, at)) {
      if (addresses && end - at <= 3) {
        Addresses.findFour(bytes, from, at, to, found);
      }
      if ((cards || phones || ids) && end - at <= Digits.MOST) {
        digits.read(bytes, at, to);
        if (digits.count >= 6) {
          digits(bytes, from, to);
        }
      }
    } else {
      if (ibans) {
        Ibans.find(bytes, from, at, to, found);
      }
      if (ids && end - at == 7 && at > from) {
        digits.read(bytes, at, to);
        NationalIds.foreigner(bytes, from, to, digits, found);
      }
    }
    return end;
  }

  private void digits(byte[] bytes, int from, int to) {
    if (cards && digits.count >= 13) {
      Cards.find(bytes, from, to, digits, found);
    }
    if (ids && digits.count >= 8) {
      NationalIds.find(bytes, from, to, digits, found);
    }
    if (phones) {
      Phones.find(bytes, from, to, digits, found);
    }
  }

  private int colon(byte[] bytes, int from, int at, int to) {
    if (secrets && at + 2 < to && bytes[at + 1] == '/' && bytes[at + 2] == '/') {
      return Secrets.url(bytes, at, to, found);
    }
    return addresses ? Addresses.findSix(bytes, from, at, to, found) : at + 1;
  }

  /**
   * What is found of one kind comes in the order of its beginnings, or almost. Groups of a number
   * with right check digits may look like one of a telephone.
   */
  private void add(Kind kind, int start, int end) {
    for (int index = count - 1; index >= Math.max(0, count - REMEMBERED); index--) {
      if (start < ends[index]) {
        if (ofKinds[index] == kind) {
          starts[index] = Math.min(starts[index], start);
          ends[index] = Math.max(ends[index], end);
          return;
        }
        if (kind == Kind.Phone && end <= ends[index] && isChecked(ofKinds[index])) {
          return;
        }
      }
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
      ofKinds = Arrays.copyOf(ofKinds, 2 * count);
    }
    starts[count] = start;
    ends[count] = end;
    ofKinds[count] = kind;
    count++;
  }

  private static boolean isChecked(Kind kind) {
    return kind == Kind.PaymentCard || kind == Kind.Iban || kind == Kind.NationalId;
  }

  /** Whether the text has a backslash, so that it may say something else when it is read. */
  boolean hasEscapes() {
    return escapes;
  }

  /** How many were found. Those of different kinds may overlap. */
  public int count() {
    return count;
  }

  /** Where one begins. */
  public int start(int index) {
    return starts[index];
  }

  /** Where one ends. */
  public int end(int index) {
    return ends[index];
  }

  /** What one is. */
  public Kind kind(int index) {
    return ofKinds[index];
  }

  /** All that was found. */
  public List<Span> spans() {
    List<Span> spans = new ArrayList<>(count);
    for (int index = 0; index < count; index++) {
      spans.add(new Span(starts[index], ends[index], kind(index)));
    }
    return spans;
  }
}
