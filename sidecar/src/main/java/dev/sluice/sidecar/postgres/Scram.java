package dev.sluice.sidecar.postgres;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677) for one login. The
 * server proves that it knows the password's verifier, too.
 */
final class Scram {
  static final String PLAIN = "SCRAM-SHA-256";
  static final String BOUND = "SCRAM-SHA-256-PLUS";

  /** More would only make the gate work; PostgreSQL's own is 4096. */
  private static final int MAXIMUM_ITERATIONS = 1_000_000;

  private final String password;
  private final ScramKeys keys;
  private final byte @Nullable [] binding;
  private final boolean bound;
  private final String nonce;
  private final String firstBare;
  private byte[] serverSignature = {};

  /**
   * Begins a login.
   *
   * @param password the password
   * @param keys those of earlier logins
   * @param binding the tls-server-end-point data of the connection; null: it has none
   * @param bound whether the server offers binding, so that it is used where there is data for it
   * @param random for the nonce
   */
  Scram(
      String password,
      ScramKeys keys,
      byte @Nullable [] binding,
      boolean bound,
      SecureRandom random) {
    this.password = password;
    this.keys = keys;
    this.binding = binding;
    this.bound = bound && binding != null;
    byte[] bytes = new byte[18];
    random.nextBytes(bytes);
    this.nonce = Base64.getEncoder().encodeToString(bytes);
    this.firstBare = "n=,r=" + nonce;
  }

  /** The mechanism to name. */
  String mechanism() {
    return bound ? BOUND : PLAIN;
  }

  /** The first message to the server. */
  String first() {
    return header() + firstBare;
  }

  /**
   * Answers the server's first message.
   *
   * @param serverFirst nonce, salt and iterations
   * @return the proof
   * @throws ProtocolException where the message is not one of SCRAM
   */
  String answer(String serverFirst) throws ProtocolException {
    String[] attributes = serverFirst.split(",", -1);
    if (attributes.length < 3
        || !attributes[0].startsWith("r=" + nonce)
        || attributes[0].length() == nonce.length() + 2
        || !attributes[1].startsWith("s=")
        || !attributes[2].matches("i=[0-9]{1,7}")) {
      throw new ProtocolException("the server's part of SCRAM cannot be read");
    }
    int iterations = Integer.parseInt(attributes[2].substring(2));
    if (iterations < 1 || iterations > MAXIMUM_ITERATIONS) {
      throw new ProtocolException("the server asks for %d iterations".formatted(iterations));
    }
    byte[] salt = decoded(attributes[1].substring(2));
    String withoutProof = "c=" + encoded(bindingInput()) + "," + attributes[0];
    byte[] message =
        (firstBare + "," + serverFirst + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
    try {
      ScramKeys.Keys secrets = keys.of(password, salt, iterations);
      byte[] proof = ScramKeys.hmac(secrets.stored, message);
      for (int index = 0; index < proof.length; index++) {
        proof[index] ^= secrets.client[index];
      }
      serverSignature = ScramKeys.hmac(secrets.server, message);
      return withoutProof + ",p=" + encoded(proof);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java runtime has no SHA-256", impossible);
    }
  }

  /**
   * Verifies the server's last message.
   *
   * @param serverFinal the server's signature
   * @throws ProtocolException where the server does not know the password's verifier
   */
  void verify(String serverFinal) throws ProtocolException {
    if (!serverFinal.startsWith("v=")
        || serverSignature.length == 0
        || !MessageDigest.isEqual(decoded(serverFinal.substring(2)), serverSignature)) {
      throw new ProtocolException(
          "the server did not prove that it knows the password: it is not the one that it seems");
    }
  }

  private String header() {
    if (bound) {
      return "p=tls-server-end-point,,";
    }
    return binding == null ? "n,," : "y,,";
  }

  private byte[] bindingInput() {
    byte[] header = header().getBytes(StandardCharsets.US_ASCII);
    if (!bound || binding == null) {
      return header;
    }
    byte[] input = Arrays.copyOf(header, header.length + binding.length);
    System.arraycopy(binding, 0, input, header.length, binding.length);
    return input;
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] decoded(String text) throws ProtocolException {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException _) {
      throw new ProtocolException("the server's part of SCRAM is not Base64");
    }
  }
}
