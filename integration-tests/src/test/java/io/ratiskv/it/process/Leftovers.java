package io.ratiskv.it.process;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of what would outlive this JVM if it were killed: each carries its pid, so that the next
 * one finds what a dead one left.
 */
final class Leftovers {
  private static final String PREFIX = "ratiskv-";
  private static final Pattern NAME = Pattern.compile("ratiskv-(\\d+)-.*");

  private Leftovers() {}

  static String name(String what) {
    return PREFIX + ProcessHandle.current().pid() + "-" + what;
  }

  /** Whether this is the name of something that belonged to a JVM that is gone. */
  static boolean isOrphan(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return false;
    }
    Optional<ProcessHandle> owner = ProcessHandle.of(Long.parseLong(matcher.group(1)));
    return owner.filter(ProcessHandle::isAlive).isEmpty();
  }
}
