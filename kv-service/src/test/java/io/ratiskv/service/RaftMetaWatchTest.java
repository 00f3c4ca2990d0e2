package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.service.storage.DataFolder;
import io.ratiskv.service.storage.RaftGroups;
import io.ratiskv.service.storage.RaftMetaGuard;
import io.ratiskv.statemachine.Fatal;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over server n1, which is in term 8, and whose files Ratis spoils. */
class RaftMetaWatchTest {
  private static final RaftGroupId GROUP = RaftGroups.id("cluster", 0);

  @TempDir Path temp;

  private final Hearing hearing = new Hearing(other -> true);
  private final List<String> ends = new ArrayList<>();
  private LongSupplier present = () -> 8;
  private DataFolder folder;
  private Path vote;
  private RaftMetaWatch watch;

  @BeforeEach
  void open() throws IOException {
    folder = DataFolder.open(temp.resolve("data"), new DataFolder.Identity("cluster", "n1"));
    Path files = folder.raft().resolve(GROUP.getUuid().toString()).resolve("current");
    Files.createDirectories(files);
    vote = files.resolve("raft-meta");
    Files.writeString(vote, "term=7\nvotedFor=n2\n");
    watch = new RaftMetaWatch(RaftMetaGuard.of(folder, GROUP, "n1"), hearing, this::ended);
  }

  @AfterEach
  void close() throws IOException {
    folder.close();
  }

  private void ended(Fatal.Reason reason, String message, Throwable cause) {
    ends.add(reason + ", heard: " + hearing.of("n2") + ", " + read());
  }

  private String read() {
    try {
      return Files.readString(vote).replace('\n', ' ').strip();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void spoil() throws IOException {
    watch.setRoomAside();
    watch.begin(raft(), GROUP);
    Files.writeString(vote, "");
  }

  @Test
  void whileTheServerRunsWhatWasSpoiledIsPutBack() throws IOException {
    spoil();
    watch.look();

    assertThat(read()).isEqualTo("term=8 votedFor=n1");
    assertThat(temp.resolve("data/spare-vote")).as("for the next time").exists();
  }

  @Test
  void beforeAnEndTheServerFallsSilentAndWhatWasSpoiledIsPutBack() throws IOException {
    spoil();
    watch.halt(Fatal.Reason.LOG_FAILED, "full", new IOException("full"));

    assertThat(ends).containsExactly("LOG_FAILED, heard: false, term=8 votedFor=n1");
  }

  @Test
  void anEndComesWhateverHappensBefore() throws IOException {
    spoil();
    present =
        () -> {
          throw new OutOfMemoryError("no memory");
        };
    watch.halt(Fatal.Reason.SERVICE_FAILED, "no memory", new OutOfMemoryError("no memory"));

    assertThat(ends).containsExactly("SERVICE_FAILED, heard: false, ");
  }

  @Test
  void anEndOfAServerThatIsOnlyStartingChangesNothing() throws IOException {
    Files.writeString(vote, "");
    watch.halt(Fatal.Reason.APPLY_FAILED, "no", new IOException("no"));

    assertThat(ends).containsExactly("APPLY_FAILED, heard: false, ");
  }

  @Test
  void withoutRoomTheServerEndsAsOverAFullDisk() throws IOException {
    Files.createDirectory(temp.resolve("data/spare-vote"));

    assertThatThrownBy(() -> watch.setRoomAside())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no room can be set aside in the data folder");
    assertThat(ends).singleElement().asString().startsWith("LOG_FAILED");
  }

  private RaftServer raft() {
    InvocationHandler answers =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getDivision", "getInfo" -> proxy;
              case "getId" -> RaftPeerId.valueOf("n1");
              case "getCurrentTerm" -> present.getAsLong();
              default -> throw new UnsupportedOperationException(method.getName());
            };
    return (RaftServer)
        Proxy.newProxyInstance(
            RaftMetaWatchTest.class.getClassLoader(),
            new Class<?>[] {RaftServer.class, RaftServer.Division.class, DivisionInfo.class},
            answers);
  }
}
