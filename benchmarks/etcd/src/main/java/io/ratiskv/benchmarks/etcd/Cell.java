package io.ratiskv.benchmarks.etcd;

import io.ratiskv.cli.bench.Distribution;
import io.ratiskv.cli.bench.Kind;
import io.ratiskv.cli.bench.Mix;
import io.ratiskv.cli.bench.Plan;
import io.ratiskv.cli.bench.Workload;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One load: a closed loop.
 *
 * @param kind put or get; etcd has no append
 * @param connections clients
 * @param outstanding calls that each has unanswered
 */
record Cell(Kind kind, int connections, int outstanding) {
  private static final Pattern FORM = Pattern.compile("(put|get):(\\d{1,5})x(\\d{1,5})");
  private static final int KEYS = 10_000;
  private static final int VALUE_BYTES = 128;

  /** Reads {@code put:4x16}: four clients with sixteen calls outstanding each. */
  static Cell parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not like put:4x16 or get:1x1");
    }
    return new Cell(
        Kind.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  Plan plan(Duration warm, Duration time) {
    Workload workload =
        new Workload(Mix.only(kind), Distribution.UNIFORM, KEYS, VALUE_BYTES, "compare");
    return new Plan(workload, outstanding, 0, warm, time);
  }

  @Override
  public String toString() {
    return kind.label() + ":" + connections + "x" + outstanding;
  }
}
