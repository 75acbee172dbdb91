package dev.sluice.operator.tls;

import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How certificates stand in Secrets: {@code tls.crt} and {@code tls.key} as in type {@code
 * kubernetes.io/tls}, {@code next.crt} and {@code next.key} for a successor, {@code ca.crt} for all
 * who are trusted.
 */
final class AuthoritySecret {
  static final String CERTIFICATE = "tls.crt";
  static final String KEY = "tls.key";
  static final String TRUSTED = "ca.crt";
  private static final String NEXT_CERTIFICATE = "next.crt";
  private static final String NEXT_KEY = "next.key";

  private AuthoritySecret() {}

  static Map<String, String> write(AuthorityState state) {
    Map<String, String> texts = new LinkedHashMap<>(write(state.current(), state.trusted()));
    Identity next = state.next();
    if (next != null) {
      texts.put(NEXT_CERTIFICATE, encode(Pem.certificates(List.of(next.certificate()))));
      texts.put(NEXT_KEY, encode(Pem.key(next.key())));
    }
    return texts;
  }

  static Map<String, String> write(Identity identity, List<X509Certificate> trusted) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(CERTIFICATE, encode(Pem.certificates(List.of(identity.certificate()))));
    texts.put(KEY, encode(Pem.key(identity.key())));
    texts.put(TRUSTED, encode(Pem.certificates(trusted)));
    return texts;
  }

  static AuthorityState readAuthority(Secret secret) throws GeneralSecurityException {
    Identity current = identity(secret, CERTIFICATE, KEY);
    if (current == null) {
      throw new GeneralSecurityException("tls.crt or tls.key is missing");
    }
    Identity next = identity(secret, NEXT_CERTIFICATE, NEXT_KEY);
    List<X509Certificate> previous = new ArrayList<>(trusted(secret));
    previous.remove(current.certificate());
    if (next != null) {
      previous.remove(next.certificate());
    }
    return new AuthorityState(current, next, previous);
  }

  static @Nullable Identity readServer(Secret secret) throws GeneralSecurityException {
    return identity(secret, CERTIFICATE, KEY);
  }

  static List<X509Certificate> trusted(Secret secret) throws GeneralSecurityException {
    String text = text(secret, TRUSTED);
    return text == null ? List.of() : Pem.certificates(text);
  }

  private static @Nullable Identity identity(Secret secret, String certificateKey, String keyKey)
      throws GeneralSecurityException {
    String certificate = text(secret, certificateKey);
    String key = text(secret, keyKey);
    if (certificate == null || key == null) {
      return null;
    }
    List<X509Certificate> chain = Pem.certificates(certificate);
    return chain.isEmpty() ? null : new Identity(chain.getFirst(), Pem.key(key));
  }

  private static @Nullable String text(Secret secret, String key) throws GeneralSecurityException {
    Map<String, String> data = secret.getData();
    String encoded = data == null ? null : data.get(key);
    if (encoded == null || encoded.isEmpty()) {
      return null;
    }
    try {
      return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      throw new GeneralSecurityException(key + " is not base64", notBase64);
    }
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
