package io.ratiskv.cli;

/** Says a number of things. */
final class Count {
  private Count() {}

  static String of(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
