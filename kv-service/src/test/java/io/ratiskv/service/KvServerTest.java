package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.ratiskv.service.storage.DataFolder;
import io.ratiskv.service.storage.DataFolderException;
import io.ratiskv.service.storage.FirstSnapshot;
import io.ratiskv.service.storage.NewCluster;
import io.ratiskv.service.storage.RaftGroups;
import io.ratiskv.statemachine.SnapshotPolicy;
import io.ratiskv.statemachine.core.KvState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server does with its folder before it has a part in Raft. */
class KvServerTest {
  @TempDir Path folder;

  private final Member self = new Member("n1", endpoint(), endpoint());

  @Test
  void nothingOfAFoundingThatWasCutShortGoesIntoAnotherPlace() throws Exception {
    try (DataFolder data =
        DataFolder.open(folder.resolve("n1"), new DataFolder.Identity("c", "n1"))) {
      FirstSnapshot.write(data.raft(), RaftGroups.id("c", 0), List.of(Membership.peer(self)));
    }
    // It looks for the leader of the cluster that it is to join, and there is none.
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread server = new Thread(() -> end.complete(catchThrowable(() -> start(true))));
    server.start();
    try {
      awaitEmpty(folder.resolve("n1").resolve("raft"));
    } finally {
      server.interrupt();
    }
    assertThat(end.get(30, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
  }

  private static void awaitEmpty(Path path) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    while (path.toFile().list().length > 0) {
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
      Thread.sleep(10);
    }
  }

  @Test
  void aRestoredFolderWithoutItsSnapshotIsNoEmptyCluster() throws IOException {
    new NewCluster(
            "c",
            List.of(new NewCluster.Peer("n1", self.client().toString(), self.raft().toString())))
        .make(KvState.empty().view(4, 11), folder.resolve("new"));
    Files.move(folder.resolve("new").resolve("n1"), folder.resolve("n1"));
    try (Stream<Path> files = Files.walk(folder.resolve("n1"))) {
      Files.delete(files.filter(file -> file.endsWith("snapshot.4_11")).findFirst().orElseThrow());
    }
    assertThatThrownBy(() -> start(false))
        .isInstanceOfSatisfying(DataFolderException.class, e -> assertThat(e.isDataLost()).isTrue())
        .hasMessageContaining("found neither");
  }

  private void start(boolean joins) throws IOException {
    ServerConfig config =
        new ServerConfig(
            "c",
            "n1",
            List.of(self),
            joins,
            folder.resolve("n1"),
            SnapshotPolicy.DEFAULT,
            ServiceLimits.DEFAULT);
    KvServer.start(
            config,
            (reason, message, cause) -> {
              throw new AssertionError(message, cause);
            })
        .close();
  }

  private static Member.Endpoint endpoint() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new Member.Endpoint("127.0.0.1", socket.getLocalPort());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
