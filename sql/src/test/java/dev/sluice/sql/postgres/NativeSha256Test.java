package dev.sluice.sql.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.policy.event.Sha256;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NativeSha256Test {
  @Test
  void hashesAreThoseOfTheRuntime() {
    Sha256 fast = Grammars.LIBRARY.sha256();
    Sha256 runtime = Sha256.ofTheRuntime();
    byte[] bytes = new byte[100_000];
    new Random(3).nextBytes(bytes);
    byte[] hash = new byte[Sha256.LENGTH];
    byte[] expected = new byte[Sha256.LENGTH];
    for (int length = 0; length < bytes.length - 7; length += length < 300 ? 1 : 977) {
      fast.hash(bytes, 7, length, hash);
      runtime.hash(bytes, 7, length, expected);
      assertThat(hash).as("of %d bytes", length).isEqualTo(expected);
    }
  }
}
