package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

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
import org.apache.ratis.protocol.RaftGroupId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server does with its folder before it has a part in Raft. */
class KvServerTest {
  @TempDir Path folder;

  private final Member self = new Member("n1", endpoint(), endpoint());

  @Test
  void nothingOfAFoundingThatWasCutShortGoesIntoAnotherPlace() throws Exception {
    RaftGroupId group = RaftGroups.id("c", 0);
    try (DataFolder data =
        DataFolder.open(folder.resolve("n1"), new DataFolder.Identity("c", "n1"))) {
      FirstSnapshot.write(data.raft(), group, List.of(Membership.peer(self)));
    }
    // It looks for the leader of the cluster that it is to join, and there is none.
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread server = new Thread(() -> end.complete(catchThrowable(() -> start(true))));
    server.start();
    try {
      Path founded = folder.resolve("n1").resolve("raft").resolve(group.getUuid().toString());
      await().atMost(Duration.ofSeconds(60)).until(() -> Files.notExists(founded));
    } finally {
      server.interrupt();
    }
    assertThat(end.get(60, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
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
