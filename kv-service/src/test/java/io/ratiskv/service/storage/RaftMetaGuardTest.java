package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of server n1, which voted for n2 in term 7. */
class RaftMetaGuardTest {
  private static final RaftGroupId GROUP = RaftGroups.id("cluster", 0);

  @TempDir Path temp;

  private DataFolder folder;
  private Path files;
  private RaftMetaGuard guard;

  @BeforeEach
  void open() throws IOException {
    folder = DataFolder.open(temp.resolve("data"), new DataFolder.Identity("cluster", "n1"));
    files = folder.raft().resolve(GROUP.getUuid().toString()).resolve("current");
    Files.createDirectories(files);
    Files.writeString(files.resolve("raft-meta"), "#\nterm=7\nvotedFor=n2\n");
    Files.write(files.resolve("raft-meta.conf"), members(3, "host:7101").toByteArray());
    guard = RaftMetaGuard.of(folder, GROUP, "n1");
    guard.setRoomAside();
  }

  @AfterEach
  void close() throws IOException {
    folder.close();
  }

  @Test
  void whatIsWholeStays() throws IOException {
    guard.putBack(() -> 7);

    assertThat(guard.isBehind(7)).isFalse();
    assertThat(files.resolve("raft-meta")).hasContent("#\nterm=7\nvotedFor=n2\n");
    assertThat(files.resolve("raft-meta.conf"))
        .hasBinaryContent(members(3, "host:7101").toByteArray());
  }

  @Test
  void aVoteThatWasLostIsOneForTheServerItself() throws IOException {
    Files.writeString(files.resolve("raft-meta"), "");
    assertThat(guard.isBehind(7)).isTrue();

    assertThat(guard.putBack(() -> 8)).isTrue();

    assertThat(RaftMeta.read(files)).isEqualTo(new RaftMeta.Vote(8, "n1"));
    assertThat(guard.isBehind(8)).isFalse();
    RaftMeta.check(files, 8, true);
  }

  @Test
  void aTermThatRatisCouldNotWriteIsWrittenAfterIt() throws IOException {
    assertThat(guard.isBehind(8)).isTrue();

    guard.putBack(() -> 8);

    assertThat(RaftMeta.read(files)).isEqualTo(new RaftMeta.Vote(8, "n1"));
  }

  /** A candidate writes without the lock that keeps others from it. */
  @Test
  void aVoteThatRatisWritesMeanwhileStays() throws IOException {
    Files.writeString(files.resolve("raft-meta"), "");
    List<Long> terms = new ArrayList<>(List.of(8L, 9L));
    guard.putBack(() -> terms.size() == 1 ? terms.get(0) : terms.remove(0));
    assertThat(RaftMeta.read(files)).as("written once more").isEqualTo(new RaftMeta.Vote(9, "n1"));

    guard.setRoomAside();
    guard.putBack(
        () -> {
          write("term=10\nvotedFor=n1\n");
          return 10;
        });
    assertThat(files.resolve("raft-meta")).hasContent("term=10\nvotedFor=n1\n");
    assertThat(temp.resolve("data/spare-vote")).as("not used").hasSize(SpareFile.BYTES);
  }

  private void write(String vote) {
    try {
      Files.writeString(files.resolve("raft-meta"), vote);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ratis writes them on two threads while a snapshot is installed. */
  @Test
  void membersOfBeforeDoNotReplaceLaterOnes() throws IOException {
    Files.write(files.resolve("raft-meta.conf"), members(60, "host:7103").toByteArray());
    guard.written(members(60, "host:7103"));
    guard.written(members(50, "host:7102"));
    assertThat(RaftMeta.members(files)).isEqualTo(members(60, "host:7103"));

    // Also if it ended with those of before.
    Files.write(files.resolve("raft-meta.conf"), members(50, "host:7102").toByteArray());
    guard.written(members(50, "host:7102"));
    assertThat(RaftMeta.members(files)).isEqualTo(members(60, "host:7103"));
  }

  @Test
  void membersForWhichThereWasNoRoomAreWrittenWhenThereIs() throws IOException {
    Path room = temp.resolve("data/spare-members");
    Files.delete(room);
    Files.createDirectory(room);
    assertThatThrownBy(() -> guard.written(members(60, "host:7103")))
        .isInstanceOf(IOException.class);
    assertThat(guard.isBehind(7)).isTrue();

    Files.delete(room);
    guard.setRoomAside();
    guard.putBack(() -> 7);
    assertThat(RaftMeta.members(files)).isEqualTo(members(60, "host:7103"));
  }

  @Test
  void membersThatWereLostAreThoseThatWereReadAtTheStart() throws IOException {
    Files.writeString(files.resolve("raft-meta.conf"), "");
    assertThat(guard.isBehind(7)).isTrue();

    assertThat(guard.putBack(() -> 7)).isTrue();

    assertThat(RaftMeta.members(files)).isEqualTo(members(3, "host:7101"));
    assertThat(files.resolve("raft-meta")).hasContent("#\nterm=7\nvotedFor=n2\n");
  }

  /** A look in the midst of it warned of a disk that was sound. */
  @Test
  void membersOfBeforeThatRatisWritesAfterAStartArePutBackWithoutAWord() throws IOException {
    Files.write(files.resolve("raft-meta.conf"), members(60, "host:7103").toByteArray());
    guard.written(members(60, "host:7103"));
    Files.write(files.resolve("raft-meta.conf"), members(50, "host:7102").toByteArray());
    assertThat(guard.isBehind(7)).isTrue();

    assertThat(guard.putBack(() -> 7)).isFalse();
    assertThat(RaftMeta.members(files)).isEqualTo(members(60, "host:7103"));
  }

  @Test
  void membersThatRatisCouldNotWriteAreWrittenAfterIt() throws IOException {
    Files.writeString(files.resolve("raft-meta.conf"), "");
    guard.written(members(50, "host:7102"));
    assertThat(RaftMeta.members(files)).isEqualTo(members(50, "host:7102"));

    // It never came so far as to spoil the file.
    guard.setRoomAside();
    guard.written(members(60, "host:7103"));
    assertThat(RaftMeta.members(files)).isEqualTo(members(60, "host:7103"));
  }

  @Test
  void membersThatRatisHasWrittenCostNoRoom() throws IOException {
    Files.write(files.resolve("raft-meta.conf"), members(50, "host:7102").toByteArray());
    guard.written(members(50, "host:7102"));

    assertThat(temp.resolve("data/spare-members")).hasSize(SpareFile.BYTES);
  }

  @Test
  void aServerThatNeverHadMembersHasNoneToPutBack() throws IOException {
    Files.delete(files.resolve("raft-meta.conf"));
    guard = RaftMetaGuard.of(folder, GROUP, "n1");
    guard.putBack(() -> 7);

    assertThat(guard.isBehind(7)).isFalse();
    assertThat(files.resolve("raft-meta.conf")).doesNotExist();
  }

  /** A file that can't be read now, for want of descriptors say, is no reason to write one. */
  @Test
  void aFileThatCannotBeReadIsNotTakenForDamaged() throws IOException {
    Files.delete(files.resolve("raft-meta"));
    Files.createDirectory(files.resolve("raft-meta"));

    assertThatThrownBy(() -> guard.isBehind(7))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(DamagedLogException.class);
  }

  @Test
  void roomThatWasUsedIsSetAsideAgain() throws IOException {
    Path room = temp.resolve("data/spare-vote");
    assertThat(room).hasSize(SpareFile.BYTES);
    Files.writeString(files.resolve("raft-meta"), "");
    guard.putBack(() -> 8);
    assertThat(room).doesNotExist();

    guard.setRoomAside();
    assertThat(room).hasSize(SpareFile.BYTES);

    // As a crash leaves it.
    Files.writeString(room, "term=8\nvotedFor=n1\n");
    guard.setRoomAside();
    assertThat(room).hasSize(SpareFile.BYTES);
  }

  @Test
  void moreThanThereIsRoomForIsRefused() {
    SpareFile room = new SpareFile(temp.resolve("data/spare-vote"));
    Path target = files.resolve("raft-meta");

    assertThatThrownBy(() -> room.fill(target, new byte[SpareFile.BYTES + 1]))
        .isInstanceOf(IOException.class)
        .hasMessage(target + ": 16385 bytes, of which 16384 are set aside");
    assertThat(target).hasContent("#\nterm=7\nvotedFor=n2\n");
  }

  private static LogEntryProto members(long index, String address) {
    return LogEntryProto.newBuilder()
        .setTerm(7)
        .setIndex(index)
        .setConfigurationEntry(
            RaftConfigurationProto.newBuilder()
                .addPeers(RaftPeerProto.newBuilder().setAddress(address)))
        .build();
  }
}
