package io.ratiskv.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What processes on this machine have in memory, as Linux tells it. */
final class ResidentMemory {
  private static final Pattern LINE = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private ResidentMemory() {}

  /** Of all of them together; empty where there is none, or it can't be known. */
  static OptionalLong mebibytes(List<ProcessHandle> processes) {
    long sum = 0;
    for (ProcessHandle process : processes) {
      OptionalLong one = kibibytes(process.pid());
      if (one.isEmpty()) {
        return one;
      }
      sum += one.getAsLong();
    }
    return processes.isEmpty() ? OptionalLong.empty() : OptionalLong.of(sum / 1024);
  }

  private static OptionalLong kibibytes(long pid) {
    try {
      Matcher line = LINE.matcher(Files.readString(Path.of("/proc/" + pid + "/status")));
      return line.find() ? OptionalLong.of(Long.parseLong(line.group(1))) : OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
