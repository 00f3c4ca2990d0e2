package io.ratiskv.cli;

import io.ratiskv.service.Member;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The servers of {@code kv dev}, each in a process of its own. They end when this one does. */
final class ChildServers implements Servers {
  private final Shell shell;
  private final DevLayout layout;
  private final Map<Member, ChildServer> children = new LinkedHashMap<>();
  private volatile boolean closing;

  private ChildServers(Shell shell, DevLayout layout) {
    this.shell = shell;
    this.layout = layout;
  }

  /**
   * Starts the processes; whether the servers in them start, is yet to be seen.
   *
   * @throws CommandException if a process can't be started; none runs then
   */
  static ChildServers start(Shell shell, DevLayout layout) {
    ChildServers servers = new ChildServers(shell, layout);
    try {
      createPrivately(layout.data());
      for (Member member : layout.members()) {
        servers.children.put(
            member, ChildServer.start(servers.arguments(member), layout.log(member)));
      }
      return servers;
    } catch (IOException e) {
      servers.close();
      throw new CommandException(
          ExitCode.NOT_STARTED, "can't start a server: " + e.getMessage(), e);
    }
  }

  private static void createPrivately(Path folder) throws IOException {
    FileAttribute<?>[] attributes =
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
            }
            : new FileAttribute<?>[0];
    Files.createDirectories(folder, attributes);
  }

  List<ProcessHandle> processes() {
    return children.values().stream().map(ChildServer::process).toList();
  }

  /** Of the process with that server. */
  long pid(Member server) {
    ChildServer child = children.get(server);
    if (child == null) {
      throw new IllegalArgumentException("no server " + server.id());
    }
    return child.pid();
  }

  private List<String> arguments(Member member) {
    return List.of(
        "server",
        "--id",
        member.id(),
        "--cluster",
        DevLayout.CLUSTER,
        "--servers",
        Members.format(layout.members()),
        "--data",
        layout.folder(member).toString(),
        "--http",
        layout.http(member).toString());
  }

  @Override
  public CompletableFuture<String> oneEnded() {
    CompletableFuture<String> first = new CompletableFuture<>();
    children.forEach(
        (member, child) -> {
          var unused =
              child
                  .ended()
                  .thenAccept(
                      code -> first.complete(ending(member, code) + "\n" + child.lastWords()));
        });
    return first;
  }

  @Override
  public CompletableFuture<?> allEnded() {
    return CompletableFuture.allOf(
        children.values().stream().map(ChildServer::ended).toArray(CompletableFuture<?>[]::new));
  }

  @Override
  public void announceEnds() {
    children.forEach(
        (member, child) -> {
          var unused = child.ended().thenAccept(code -> announce(member, code));
        });
  }

  private void announce(Member member, int code) {
    if (closing) {
      return;
    }
    shell.note("");
    shell.note(ending(member, code) + " To start it again, in another terminal:");
    shell.note("");
    shell.note(
        "  "
            + ShellWords.join(
                Stream.concat(Stream.of(shell.kv()), arguments(member).stream()).toList()));
    shell.note("");
  }

  private static String ending(Member member, int code) {
    // As shells and Java have it.
    String how = code > 128 ? "by signal " + (code - 128) : "with exit code " + code;
    return member.id() + " has ended, " + how + ".";
  }

  @Override
  public String remark(Member server) {
    ChildServer child = children.get(server);
    return child == null ? "" : "pid " + child.pid() + ", log in " + layout.log(server);
  }

  @Override
  public void close() {
    closing = true;
    children.values().forEach(ChildServer::tellToEnd);
    children.values().forEach(ChildServer::awaitEnd);
  }
}
