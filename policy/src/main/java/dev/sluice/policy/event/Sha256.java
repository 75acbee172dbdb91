package dev.sluice.policy.event;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 (FIPS 180-4). An instance is for one thread. */
@FunctionalInterface
public interface Sha256 {
  /** Bytes of a hash. */
  int LENGTH = 32;

  /**
   * Hashes bytes.
   *
   * @param bytes where they are
   * @param from index of the first
   * @param length how many
   * @param hash where {@value #LENGTH} bytes of hash are written, from its beginning
   */
  void hash(byte[] bytes, int from, int length, byte[] hash);

  /** The Java runtime's own, which is slow where the virtual machine has no second compiler. */
  static Sha256 ofTheRuntime() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this Java runtime has no SHA-256", impossible);
    }
    return (bytes, from, length, hash) -> {
      digest.update(bytes, from, length);
      try {
        digest.digest(hash, 0, LENGTH);
      } catch (DigestException impossible) {
        throw new IllegalStateException(impossible);
      }
    };
  }
}
