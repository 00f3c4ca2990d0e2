package io.ratiskv.service.metrics;

/**
 * Writes the text that Prometheus reads: its exposition format, version 0.0.4. The samples of a
 * family stand together, behind what says what it is. Labels are prepared by {@link #labels}.
 */
public final class MetricsText {
  /** The media type of it. */
  public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder text = new StringBuilder(1 << 14);

  /** Begins a family. */
  public void family(String name, String type, String help) {
    text.append("# HELP ").append(name).append(' ').append(escaped(help, false)).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /** A sample of the family that was begun last. */
  public void sample(String name, String labels, double value) {
    text.append(name).append(labels).append(' ').append(number(value)).append('\n');
  }

  /** How much there is; for {@link #back}. */
  int length() {
    return text.length();
  }

  /** Takes back what was written since there was so much. */
  void back(int length) {
    text.setLength(length);
  }

  /** A line for a person. */
  public void comment(String words) {
    text.append("# ").append(words.replace('\n', ' ')).append('\n');
  }

  /** A number as short as it can be told: whole ones without a point. */
  static String number(double value) {
    if (value == Double.POSITIVE_INFINITY) {
      return "+Inf";
    }
    if (value == Double.NEGATIVE_INFINITY) {
      return "-Inf";
    }
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** Names and values by turns, as they stand behind a name. */
  public static String labels(String... namesAndValues) {
    String labels = "";
    for (int i = 0; i < namesAndValues.length; i += 2) {
      labels = and(labels, namesAndValues[i], namesAndValues[i + 1]);
    }
    return labels;
  }

  /** With one more. */
  static String and(String labels, String name, String value) {
    String one = name + "=\"" + escaped(value, true) + "\"}";
    return labels.isEmpty() ? "{" + one : labels.substring(0, labels.length() - 1) + "," + one;
  }

  private static String escaped(String value, boolean quoted) {
    String plain = value.replace("\\", "\\\\").replace("\n", "\\n");
    return quoted ? plain.replace("\"", "\\\"") : plain;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
