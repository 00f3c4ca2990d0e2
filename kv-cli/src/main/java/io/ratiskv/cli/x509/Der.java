package io.ratiskv.cli.x509;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes the few things of DER (X.690) that a certificate consists of. */
final class Der {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  /** A tag, the length, and what is in it. */
  static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length >= 0x80) {
      byte[] bytes = BigInteger.valueOf(length).toByteArray();
      int zeros = bytes[0] == 0 ? 1 : 0;
      out.write(0x80 | (bytes.length - zeros));
      out.write(bytes, zeros, bytes.length - zeros);
    } else {
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }

  static byte[] sequence(byte[]... parts) {
    return element(0x30, parts);
  }

  static byte[] set(byte[]... parts) {
    return element(0x31, parts);
  }

  static byte[] integer(BigInteger number) {
    return element(0x02, number.toByteArray());
  }

  static byte[] bool(boolean value) {
    return element(0x01, new byte[] {(byte) (value ? 0xff : 0)});
  }

  static byte[] octets(byte[] bytes) {
    return element(0x04, bytes);
  }

  /** The bits of whole bytes, but for the last few. */
  static byte[] bits(int unused, byte[] bytes) {
    return element(0x03, new byte[] {(byte) unused}, bytes);
  }

  static byte[] text(String text) {
    return element(0x0c, text.getBytes(UTF_8));
  }

  static byte[] ascii(int tag, String text) {
    return element(tag, text.getBytes(US_ASCII));
  }

  /** To the second. */
  static byte[] time(Instant time) {
    // Up to 2049 a certificate has the short form, without the century.
    String text = TIME.format(time);
    return text.compareTo("2050") < 0 ? ascii(0x17, text.substring(2)) : ascii(0x18, text);
  }

  /** As in {@code 2.5.29.17}. */
  static byte[] oid(String dotted) {
    String[] parts = dotted.split("\\.", -1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(40 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]));
    for (int i = 2; i < parts.length; i++) {
      int number = Integer.parseInt(parts[i]);
      for (int shift = 28; shift > 0; shift -= 7) {
        if (number >>> shift != 0) {
          out.write(0x80 | (number >>> shift & 0x7f));
        }
      }
      out.write(number & 0x7f);
    }
    return element(0x06, out.toByteArray());
  }
}
