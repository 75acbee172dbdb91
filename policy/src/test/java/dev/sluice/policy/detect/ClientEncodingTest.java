package dev.sluice.policy.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientEncodingTest {
  /** Second bytes of characters look like ASCII: {@code @} is one in SJIS, digits in GB18030. */
  @ParameterizedTest
  @CsvSource({
    "LATIN1, ISO-8859-1, grüße müller@example.de ÿ, müller@example.de",
    "KOI8R, KOI8-R, почта иван@example.ru да, иван@example.ru",
    "SJIS, Shift_JIS, ァa@ァ.com 連絡先 b@example.jp。表示, b@example.jp",
    "BIG5, Big5, 功能 a@example.tw 功能, a@example.tw",
    "GB18030, GB18030, 㐀4111111111111111㐀 €, 4111111111111111",
    "UHC, x-windows-949, 똠@ a@example.kr 똠, a@example.kr",
    "EUC_JP, EUC-JP, 連絡先c@example.jp。, c@example.jp",
  })
  void findsTheSamePlaces(String name, String charset, String text, String expected) {
    Charset known = Charset.forName(charset);
    byte[] bytes = text.getBytes(known);
    byte[] copy = new byte[bytes.length];
    ClientEncoding.of(name).copy(bytes, 0, bytes.length, copy);

    List<Span> spans = new Inspection(EnumSet.allOf(Kind.class)).find(copy, 0, copy.length);

    assertThat(spans)
        .extracting(span -> new String(bytes, span.start(), span.end() - span.start(), known))
        .containsExactly(expected);
  }
}
