package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the members of a cluster are that has begun, and to which nothing was written. */
class FirstSnapshotTest {
  private static final RaftGroupId GROUP = RaftGroups.id("orders", 0);

  @TempDir Path raft;

  @BeforeEach
  void begin() throws IOException {
    FirstSnapshot.write(raft, GROUP, members("n1=a:1", "n2=b:1"));
  }

  @Test
  void theyMoveUntilSomethingIsWritten() throws IOException {
    FirstSnapshot.moveMembers(raft, GROUP, members("n1=a:1", "n2=c:2"));
    assertThat(addresses()).containsExactly("a:1", "c:2");
  }

  @Test
  void whoTheyAreStays() throws IOException {
    FirstSnapshot.moveMembers(raft, GROUP, members("n1=a:1", "n3=b:1"));
    FirstSnapshot.moveMembers(raft, GROUP, members("n1=d:1"));
    assertThat(addresses()).containsExactly("a:1", "b:1");
  }

  @Test
  void whatTheClusterSaidLaterStays() throws IOException {
    RaftMeta.writeMembers(
        current(), RaftMeta.members(current()).toBuilder().setTerm(1).setIndex(1).build());
    FirstSnapshot.moveMembers(raft, GROUP, members("n1=a:1", "n2=c:2"));
    assertThat(addresses()).containsExactly("a:1", "b:1");
  }

  private Path current() {
    return raft.resolve(GROUP.getUuid().toString()).resolve("current");
  }

  private List<String> addresses() throws IOException {
    return RaftMeta.members(current()).getConfigurationEntry().getPeersList().stream()
        .map(RaftPeerProto::getAddress)
        .toList();
  }

  private static List<RaftPeer> members(String... members) {
    return Stream.of(members)
        .map(member -> member.split("=", 2))
        .map(parts -> RaftPeer.newBuilder().setId(parts[0]).setAddress(parts[1]).build())
        .toList();
  }
}
