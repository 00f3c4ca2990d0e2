package io.ratiskv.cli;

import io.ratiskv.client.AppendResult;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of the lines of {@code kv append --lines}. For one thread. */
final class LineTally {
  private long applied;
  private long appliedBytes;
  private @Nullable AppendResult last;

  /** The first line that failed. */
  private long failedLine;

  private @Nullable KvException failure;
  private long appliedBefore;

  /** Of the lines that were under way when it failed. */
  private long notAppliedAfter;

  private long unknownAfter;

  private @Nullable IOException inputFailure;

  /** Called in the order of the lines, as {@link #failed}. */
  void applied(int bytes, AppendResult result) {
    applied++;
    appliedBytes += bytes;
    last = result;
  }

  void failed(long line, KvException why) {
    if (failure == null) {
      failure = why;
      failedLine = line;
      appliedBefore = applied;
    } else if (why.outcome() == Outcome.UNKNOWN) {
      unknownAfter++;
    } else {
      notAppliedAfter++;
    }
  }

  /** The input ended with a fault. */
  void unreadable(IOException why) {
    inputFailure = why;
  }

  boolean hasFailure() {
    return failure != null;
  }

  /** Says it all, and gives the exit code. */
  ExitCode tell(Shell shell) {
    shell.say(summary());
    if (failure != null) {
      shell.note("error: line " + failedLine + ": " + ErrorReport.text(failure));
      if (applied + notAppliedAfter + unknownAfter > appliedBefore) {
        shell.note(after());
      }
    }
    if (inputFailure != null) {
      shell.note("error: standard input: " + inputFailure.getMessage() + " (not applied)");
    }
    return exitCode();
  }

  private String summary() {
    String text = Count.of(applied, "line") + " appended, " + Count.of(appliedBytes, "byte");
    return last == null
        ? text
        : text
            + "; the value now has "
            + Count.of(last.length(), "byte")
            + ", version "
            + last.version();
  }

  private String after() {
    long appliedAfter = applied - appliedBefore;
    List<String> parts = new ArrayList<>();
    if (appliedAfter > 0) {
      parts.add(appliedAfter + " appended");
    }
    if (notAppliedAfter > 0) {
      parts.add(notAppliedAfter + " not appended");
    }
    if (unknownAfter > 0) {
      parts.add(unknownAfter + " unknown");
    }
    return "of the lines after it that were under way: " + String.join(", ", parts);
  }

  private ExitCode exitCode() {
    if (failure == null) {
      return inputFailure == null ? ExitCode.DONE : ExitCode.NOT_APPLIED;
    }
    boolean unknown = unknownAfter > 0 || failure.outcome() == Outcome.UNKNOWN;
    return unknown ? ExitCode.UNKNOWN : ExitCode.NOT_APPLIED;
  }
}
