package io.ratiskv.service.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small file of ASCII lines, the last of which is the checksum of those before:
 *
 * <pre>
 * ...
 * crc32c=8 hexadecimal digits, of the bytes of the lines before
 * </pre>
 *
 * It comes before all else that a reader looks at, the format too: a damaged number of a format
 * would be taken for another version's file, and another version is no help there. So each later
 * format has to end like this.
 */
final class SealedText {
  private static final String CHECKSUM = "crc32c=";

  private SealedText() {}

  /**
   * @param body lines, each ended by a line feed
   */
  static byte[] seal(String body) {
    return sealed(body).getBytes(US_ASCII);
  }

  /** The lines without the checksum; null if that isn't there or isn't theirs. */
  static @Nullable String open(byte[] content) {
    // Other bytes than ASCII become characters that no checksum fits.
    String text = new String(content, US_ASCII);
    int end = text.lastIndexOf(CHECKSUM);
    if (end < 0) {
      return null;
    }
    String body = text.substring(0, end);
    return text.equals(sealed(body)) ? body : null;
  }

  private static String sealed(String body) {
    CRC32C checksum = new CRC32C();
    checksum.update(US_ASCII.encode(body));
    return body + CHECKSUM + String.format("%08x\n", checksum.getValue());
  }
}
