package dev.sluice.sql.postgres.grammar;

import java.util.regex.Pattern;

/**
 * What the grammar said of a text that it did not accept.
 *
 * @param message PostgreSQL's own words without those that quote the text, such as {@code syntax
 *     error}: what is quoted may be a value, and the words go into evidence
 * @param position the character of the text that it points at, from 1, in Unicode code points as a
 *     server counts them; 0: nowhere in particular
 */
public record Refusal(String message, int position) {
  /** The first quotation and what follows it; a quotation may itself contain quotation marks. */
  private static final Pattern QUOTATION =
      Pattern.compile("(?: at or near)?:? *\".*", Pattern.DOTALL);

  /** Takes the quotations out. */
  public Refusal {
    message = QUOTATION.matcher(message).replaceFirst("");
  }
}
