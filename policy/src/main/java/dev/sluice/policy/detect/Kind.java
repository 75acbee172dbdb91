package dev.sluice.policy.detect;

/** What detectors look for. */
public enum Kind {
  /** An address of electronic mail. */
  Email,
  /** A telephone number that is written as one, or that the word before it calls one. */
  Phone,
  /** The number of a payment card: of a known scheme, with a right check digit. */
  PaymentCard,
  /** An international bank account number with right check digits. */
  Iban,
  /** An address of the Internet Protocol, version 4 or 6. */
  IpAddress,
  /**
   * A number that a state gives to a person: US social security, German tax identification, Spanish
   * DNI and NIE, Brazilian CPF, French NIR.
   */
  NationalId,
  /** A key or token of a well-known service, a private key, a JWT, a password in a URL. */
  Secret
}
