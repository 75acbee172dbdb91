package dev.sluice.operator.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Certificates and keys in their textual form, RFC 7468. */
public final class Pem {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
  private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String KEY_END = "-----END PRIVATE KEY-----";

  private Pem() {}

  /**
   * Writes certificates, one block each.
   *
   * @param certificates in the order in which they are written
   * @return the text
   */
  public static String certificates(List<X509Certificate> certificates) {
    return certificates.stream()
        .map(
            certificate ->
                "-----BEGIN CERTIFICATE-----\n"
                    + LINES.encodeToString(encoded(certificate))
                    + "\n-----END CERTIFICATE-----\n")
        .collect(Collectors.joining());
  }

  /**
   * Reads certificates.
   *
   * @param text any number of certificate blocks
   * @return the certificates in their order
   * @throws CertificateException where a block is not a certificate
   */
  public static List<X509Certificate> certificates(String text) throws CertificateException {
    var input = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    return CertificateFactory.getInstance("X.509").generateCertificates(input).stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  /**
   * Writes a key in PKCS #8.
   *
   * @param key the key
   * @return the text
   */
  public static String key(PrivateKey key) {
    return KEY_BEGIN + "\n" + LINES.encodeToString(key.getEncoded()) + "\n" + KEY_END + "\n";
  }

  /**
   * Reads an elliptic-curve key in PKCS #8.
   *
   * @param text one key block
   * @return the key
   * @throws GeneralSecurityException where it is not one
   */
  public static PrivateKey key(String text) throws GeneralSecurityException {
    int begin = text.indexOf(KEY_BEGIN);
    int end = text.indexOf(KEY_END);
    if (begin < 0 || end < begin) {
      throw new GeneralSecurityException("no PKCS #8 private key block in the text");
    }
    String body = text.substring(begin + KEY_BEGIN.length(), end);
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(body);
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes));
    } catch (IllegalArgumentException notBase64) {
      throw new GeneralSecurityException("the private key block is not base64", notBase64);
    }
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("a certificate that was read cannot be written", impossible);
    }
  }
}
