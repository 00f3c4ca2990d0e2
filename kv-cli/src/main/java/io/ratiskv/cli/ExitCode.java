package io.ratiskv.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the end of a {@code kv} process says. Scripts go by these numbers: they never change. */
enum ExitCode {
  DONE(0, "Done."),
  NOT_FOUND(1, "get: there is no such key."),
  USAGE(2, "The command line or a setting is wrong; nothing was done."),
  NOT_APPLIED(3, "It failed. What the message names was not written and never will be."),
  UNKNOWN(4, "It failed. What the message names may have been written, or may yet be."),
  NOT_STARTED(5, "A server could not start, or all servers of dev ended."),
  UNHEALTHY(
      6, "status: no leader that a majority agrees on, or servers that differ. selftest: a fault."),
  DATA_UNUSABLE(
      7, "A data folder or a backup is damaged, in use or another's. A server did not start."),
  NO_JAVA(8, "kv itself could not be built or run."),
  INTERNAL(70, "A fault in kv; KV_DEBUG=1 shows where.");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  int number() {
    return number;
  }

  /** For the help, in order; with those of {@code io.ratiskv.statemachine.Fatal.Reason}. */
  static Map<String, String> descriptions() {
    Map<String, String> descriptions = new LinkedHashMap<>();
    Arrays.stream(values())
        .filter(code -> code != INTERNAL)
        .forEach(code -> descriptions.put(code.label(), code.meaning));
    descriptions.put("20", "A server ended itself: its log can't be written.");
    descriptions.put("21", "A server ended itself: it could not apply an entry as the others do.");
    descriptions.put("22", "A server ended itself: it could not take over a snapshot.");
    descriptions.put("23", "A server ended itself: Ratis closed its part of it.");
    descriptions.put("24", "A server ended itself: it could not take requests to Raft any more.");
    descriptions.put(INTERNAL.label(), INTERNAL.meaning);
    return descriptions;
  }

  private String label() {
    return Integer.toString(number);
  }
}
