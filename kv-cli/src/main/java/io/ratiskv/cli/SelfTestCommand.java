package io.ratiskv.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "selftest",
    header = "Sees whether everything works on this machine.",
    description = {
      "Starts three servers on free ports, with their data in a temporary folder; writes, reads, "
          + "takes a snapshot, starts the servers again, reads; and removes all of it.",
      "Takes some seconds."
    })
final class SelfTestCommand implements Callable<Integer> {
  private final Shell shell;

  SelfTestCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    ServerLog.turnDown();
    return new SelfTest(shell).run().number();
  }
}
