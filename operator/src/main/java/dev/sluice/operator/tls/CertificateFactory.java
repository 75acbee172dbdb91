package dev.sluice.operator.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes certificates with keys on the curve P-256. */
public final class CertificateFactory {
  /** How far a new certificate reaches back, for clocks that are behind. */
  static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private final Clock clock;
  private final SecureRandom random;

  /**
   * A factory.
   *
   * @param clock tells from when certificates are valid
   * @param random the source of keys and serial numbers
   */
  public CertificateFactory(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes an authority that signs servers' certificates and no further authorities. Its name tells
   * when it was made, so that no two are confused.
   *
   * @param life until it expires
   * @return the authority
   */
  public Identity authority(Duration life) {
    try {
      KeyPair keys = keys();
      var subject =
          new X500Principal(
              "CN=sluice-ca-%d, O=sluice.dev".formatted(clock.instant().getEpochSecond()));
      X509v3CertificateBuilder builder = builder(subject, subject, keys, life);
      var extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          extensions.createSubjectKeyIdentifier(keys.getPublic()));
      return signed(builder, keys, keys);
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException failure) {
      throw new IllegalStateException("the certificate authority could not be made", failure);
    }
  }

  /**
   * Makes a server's certificate.
   *
   * @param authority who signs it
   * @param names its DNS names, the first is also the common name
   * @param life until it expires, cut to the authority's own end
   * @return the certificate
   */
  public Identity server(Identity authority, List<String> names, Duration life) {
    try {
      KeyPair keys = keys();
      Instant now = clock.instant();
      Duration left = Duration.between(now, authority.notAfter());
      var subject = new X500Principal("CN=" + names.getFirst());
      X509v3CertificateBuilder builder =
          builder(
              authority.certificate().getSubjectX500Principal(),
              subject,
              keys,
              left.compareTo(life) < 0 ? left : life);
      var extensions = new JcaX509ExtensionUtils();
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          extensions.createAuthorityKeyIdentifier(authority.certificate().getPublicKey()));
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              names.stream()
                  .map(name -> new GeneralName(GeneralName.dNSName, name))
                  .toArray(GeneralName[]::new)));
      var signer = new KeyPair(authority.certificate().getPublicKey(), authority.key());
      return signed(builder, keys, signer);
    } catch (GeneralSecurityException | CertIOException | OperatorCreationException failure) {
      throw new IllegalStateException(
          "the certificate of %s could not be made".formatted(names.getFirst()), failure);
    }
  }

  private KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  private X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal subject, KeyPair keys, Duration life) {
    Instant now = clock.instant();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, random).setBit(0),
        Date.from(now.minus(CLOCK_SKEW)),
        Date.from(now.plus(life)),
        subject,
        keys.getPublic());
  }

  private static Identity signed(X509v3CertificateBuilder builder, KeyPair keys, KeyPair signer)
      throws GeneralSecurityException, OperatorCreationException {
    var holder =
        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()));
    return new Identity(
        new JcaX509CertificateConverter().getCertificate(holder), keys.getPrivate());
  }
}
