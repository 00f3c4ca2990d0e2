package io.ratiskv.cli.bench;

import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.HdrHistogram.Histogram;

/**
 * A result for programs; latencies in microseconds. {@code done} counts what was answered in the
 * measured time, {@code due} what was due in it and answered at last: of these the latencies are.
 */
public final class ResultJson {
  private ResultJson() {}

  /**
   * One object, on one line.
   *
   * @param labels more members, of text: what was measured
   */
  public static String of(Result result, Map<String, String> labels) {
    StringJoiner members = new StringJoiner(", ", "{", "}");
    labels.forEach((name, text) -> members.add(quote(name) + ": " + quote(text)));
    members.add("\"seconds\": " + number(result.time().toNanos() / 1e9));
    members.add("\"calls\": " + calls(result));
    if (result.lateness().getTotalCount() > 0) {
      members.add("\"lateness\": " + lateness(result.lateness()));
    }
    members.add("\"failures\": " + failures(result));
    members.add("\"unanswered\": " + result.unanswered());
    members.add("\"neverMade\": " + result.neverMade());
    members.add(
        "\"clientProcessorSeconds\": " + number(result.processors().client().toNanos() / 1e9));
    members.add(
        "\"serverProcessorSeconds\": " + number(result.processors().servers().toNanos() / 1e9));
    return members.toString();
  }

  private static String calls(Result result) {
    StringJoiner members = new StringJoiner(", ", "{", "}");
    for (Kind kind : Kind.values()) {
      Histogram latencies = result.latencies().get(kind);
      if (latencies != null && latencies.getTotalCount() > 0) {
        members.add(quote(kind.label()) + ": " + latencies(result, result.done(kind), latencies));
      }
    }
    return members.add("\"all\": " + latencies(result, result.allDone(), result.all())).toString();
  }

  private static String lateness(Histogram lateness) {
    return new StringJoiner(", ", "{", "}")
        .add("\"p50\": " + micros(lateness.getValueAtPercentile(50)))
        .add("\"p99\": " + micros(lateness.getValueAtPercentile(99)))
        .add("\"max\": " + micros(lateness.getMaxValue()))
        .toString();
  }

  private static String latencies(Result result, long done, Histogram latencies) {
    return new StringJoiner(", ", "{", "}")
        .add("\"done\": " + done)
        .add("\"perSecond\": " + number(result.perSecond(done)))
        .add("\"due\": " + latencies.getTotalCount())
        .add("\"p50\": " + micros(latencies.getValueAtPercentile(50)))
        .add("\"p90\": " + micros(latencies.getValueAtPercentile(90)))
        .add("\"p99\": " + micros(latencies.getValueAtPercentile(99)))
        .add("\"p99.9\": " + micros(latencies.getValueAtPercentile(99.9)))
        .add("\"max\": " + micros(latencies.getMaxValue()))
        .toString();
  }

  private static String failures(Result result) {
    StringJoiner members = new StringJoiner(", ", "{", "}");
    result.failures().forEach((name, count) -> members.add(quote(name) + ": " + count));
    return members.toString();
  }

  private static String micros(long nanos) {
    return number(nanos / 1e3);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
