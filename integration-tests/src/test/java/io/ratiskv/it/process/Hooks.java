package io.ratiskv.it.process;

/** What is undone at the end of this JVM, if it wasn't before. */
final class Hooks {
  private Hooks() {}

  static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // It is ending.
    }
  }
}
