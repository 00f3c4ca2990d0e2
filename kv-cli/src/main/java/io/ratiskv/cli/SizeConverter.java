package io.ratiskv.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a number of bytes, as {@code 65536}, {@code 64KiB}, {@code 256MiB} or {@code 1GiB}; or -1.
 */
final class SizeConverter implements ITypeConverter<Long> {
  /** Few enough digits: no unit makes that overflow. */
  private static final Pattern FORM = Pattern.compile("-1|\\d{1,12}|(\\d{1,9})([KMG]iB)");

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a size like 65536, 64KiB, 256MiB or 1GiB");
    }
    String number = matcher.group(1);
    return number == null
        ? Long.parseLong(text)
        : Long.parseLong(number) << shift(matcher.group(2));
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "KiB" -> 10;
      case "MiB" -> 20;
      default -> 30;
    };
  }
}
