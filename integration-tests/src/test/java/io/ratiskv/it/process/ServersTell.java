package io.ratiskv.it.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Adds to a test's failure how its server processes were at that moment: in a line, so that it
 * stands in the summary of a build, and with what they printed last.
 */
final class ServersTell implements TestExecutionExceptionHandler {
  private static final Set<Processes> RUNNING = ConcurrentHashMap.newKeySet();

  static void add(Processes processes) {
    RUNNING.add(processes);
  }

  static void remove(Processes processes) {
    RUNNING.remove(processes);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    if (failure instanceof TestAbortedException) {
      throw failure;
    }
    String servers =
        RUNNING.stream()
            .flatMap(processes -> processes.all().stream())
            .map(ServerProcess::describe)
            .collect(Collectors.joining("; "));
    AssertionError told = new AssertionError(failure.getMessage() + " [" + servers + "]", failure);
    RUNNING.stream()
        .flatMap(processes -> processes.all().stream())
        .forEach(
            server -> told.addSuppressed(new AssertionError(server + ": " + server.lastWords())));
    throw told;
  }
}
