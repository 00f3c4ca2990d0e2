package io.ratiskv.cli;

import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What {@code kv selftest} does: the commands of a user, one after the other, on servers here. */
final class SelfTest {
  private static final String CLUSTER = "selftest";
  private static final int SERVERS = 3;

  /** Of the first call, for which there may be no leader yet. */
  private static final String PATIENCE = "60s";

  private final Shell shell;

  SelfTest(Shell shell) {
    this.shell = shell;
  }

  ExitCode run() {
    try {
      Path folder = Files.createTempDirectory("kv-selftest-");
      try {
        List<Member> members = members();
        List<ServerConfig> configs = configs(members, folder);
        String endpoints =
            String.join(",", members.stream().map(m -> m.client().toString()).toList());
        write(configs, endpoints);
        readAgain(configs, endpoints);
        shell.say("ok");
        return ExitCode.DONE;
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new CommandException(ExitCode.NOT_STARTED, "the temporary folder: " + e, e);
    }
  }

  private void write(List<ServerConfig> configs, String endpoints) {
    Servers servers = LocalServers.start(shell, configs);
    try (servers) {
      expect("", "put", "--timeout", PATIENCE, "--endpoints", endpoints, "greeting", "hello");
      expect("", "append", "--endpoints", endpoints, "greeting", ", world");
      expect("hello, world", "get", "--endpoints", endpoints, "greeting");
      shell.say("works: put, append, get");
      expect(null, "snapshot", "--endpoints", endpoints);
      expect(null, "status", "--endpoints", endpoints);
      shell.say("works: snapshot, status");
    }
  }

  private void readAgain(List<ServerConfig> configs, String endpoints) {
    Servers servers = LocalServers.start(shell, configs);
    try (servers) {
      expect("hello, world", "get", "--timeout", PATIENCE, "--endpoints", endpoints, "greeting");
      shell.say("works: the data is there after a restart");
    }
  }

  /** Runs a command, which has to succeed and, unless null, to print {@code answer}. */
  private static void expect(@Nullable String answer, String... command) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Shell inner =
        new Shell(new ByteArrayInputStream(new byte[0]), out, out, Map.of(), false, false, "kv");
    int code = Kv.run(inner, command);
    String text = printed.toString(StandardCharsets.UTF_8).strip();
    if (code != ExitCode.DONE.number() || (answer != null && !answer.equals(text))) {
      throw new CommandException(
          ExitCode.UNHEALTHY,
          "kv " + String.join(" ", command) + " ended with " + code + " and said: " + text);
    }
  }

  private static List<Member> members() throws IOException {
    List<Integer> ports = freePorts(2 * SERVERS);
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < SERVERS; i++) {
      members.add(
          new Member(
              "n" + (i + 1),
              new Member.Endpoint(host, ports.get(i)),
              new Member.Endpoint(host, ports.get(SERVERS + i))));
    }
    return members;
  }

  private static List<ServerConfig> configs(List<Member> members, Path folder) {
    return members.stream()
        .map(
            member ->
                new ServerConfig(
                    CLUSTER,
                    member.id(),
                    members,
                    folder.resolve(member.id()),
                    SnapshotPolicy.DEFAULT,
                    ServiceLimits.DEFAULT))
        .toList();
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(SelfTest::deleteOne);
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
