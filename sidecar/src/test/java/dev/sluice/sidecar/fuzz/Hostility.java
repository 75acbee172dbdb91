package dev.sluice.sidecar.fuzz;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Ways in which a message of the protocol is spoiled. */
final class Hostility {
  private static final int HEADER = 5;

  private static final int[] LENGTHS = {
    0,
    1,
    3,
    4,
    5,
    8,
    255,
    9_999,
    10_000,
    10_001,
    65_535,
    65_536,
    0x3fffffff,
    0x40000000,
    -1,
    -4,
    -5,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE,
    Integer.MAX_VALUE - 4
  };

  private static final int[] NUMBERS = {
    0, 1, -1, 2, 255, 256, 32_767, 32_768, 65_535, Integer.MIN_VALUE, Integer.MAX_VALUE
  };

  private final RandomGenerator random;

  Hostility(RandomGenerator random) {
    this.random = random;
  }

  /** Whether something happens that does so once in so many times. */
  boolean oncePer(int times) {
    return random.nextInt(times) == 0;
  }

  /**
   * A message whose frame is whole and whose content is not what it was.
   *
   * @param message type, length and content; what is too short for one stays as it is
   */
  byte[] spoilContent(byte[] message) {
    if (message.length < HEADER) {
      return message;
    }
    byte[] spoiled = message.clone();
    int content = message.length - HEADER;
    switch (random.nextInt(6)) {
      case 0 -> {
        if (content > 0) {
          spoiled[HEADER + random.nextInt(content)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 1 -> spoiled = Arrays.copyOf(message, HEADER + random.nextInt(content + 1));
      case 2 -> {
        spoiled = Arrays.copyOf(message, message.length + 1 + random.nextInt(40));
        random(spoiled, message.length);
      }
      case 3 -> random(spoiled, HEADER);
      case 4 -> {
        if (content >= 4) {
          int number = NUMBERS[random.nextInt(NUMBERS.length)];
          int at = HEADER + random.nextInt(content - 3);
          if (random.nextBoolean()) {
            ByteBuffer.wrap(spoiled).putInt(at, number);
          } else {
            ByteBuffer.wrap(spoiled).putShort(at, (short) number);
          }
        }
      }
      default -> spoiled[0] = (byte) random.nextInt(256);
    }
    ByteBuffer.wrap(spoiled).putInt(1, spoiled.length - 1);
    return spoiled;
  }

  /** A message whose length is not that of what follows; what is too short for one stays. */
  byte[] spoilLength(byte[] message) {
    if (message.length < HEADER) {
      return message;
    }
    byte[] spoiled = message.clone();
    int length =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt();
          case 1 -> message.length - 1 + random.nextInt(-8, 9);
          default -> LENGTHS[random.nextInt(LENGTHS.length)];
        };
    ByteBuffer.wrap(spoiled).putInt(1, length);
    return spoiled;
  }

  /** Bytes of no meaning. */
  byte[] noise(int most) {
    byte[] noise = new byte[random.nextInt(most + 1)];
    random(noise, 0);
    return noise;
  }

  private void random(byte[] bytes, int from) {
    for (int index = from; index < bytes.length; index++) {
      bytes[index] = (byte) random.nextInt(256);
    }
  }
}
