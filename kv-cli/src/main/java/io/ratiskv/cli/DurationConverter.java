package io.ratiskv.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 500ms}, {@code 10s}, {@code 2m} or {@code 1h}; more than zero. */
final class DurationConverter implements ITypeConverter<Duration> {
  /** Nine digits: no unit makes that overflow. */
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      Duration duration = of(Long.parseLong(matcher.group(1)), matcher.group(2));
      if (!duration.isZero()) {
        return duration;
      }
    }
    throw new TypeConversionException(
        "'" + text + "' is not a time like 500ms, 10s, 2m or 1h, more than zero");
  }

  private static Duration of(long number, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
