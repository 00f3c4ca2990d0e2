package io.ratiskv.statemachine.core;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** What happened in a run, in words. Off by default: a run that failed is run again with it. */
final class SimTrace {
  static final SimTrace OFF = new SimTrace(0);

  private final int kept;
  private final ArrayDeque<String> lines = new ArrayDeque<>();

  private SimTrace(int kept) {
    this.kept = kept;
  }

  static SimTrace ofAll() {
    return new SimTrace(Integer.MAX_VALUE);
  }

  static SimTrace ofLast(int lines) {
    return new SimTrace(lines);
  }

  void say(int step, Supplier<String> what) {
    if (kept == 0) {
      return;
    }
    if (lines.size() == kept) {
      lines.remove();
    }
    lines.add(String.format("%4d  %s", step, what.get()));
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
