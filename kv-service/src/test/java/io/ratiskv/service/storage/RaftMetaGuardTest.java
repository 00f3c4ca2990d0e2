package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    guard.putBack(9);

    assertThat(guard.isDamaged()).isFalse();
    assertThat(files.resolve("raft-meta")).hasContent("#\nterm=7\nvotedFor=n2\n");
    assertThat(files.resolve("raft-meta.conf"))
        .hasBinaryContent(members(3, "host:7101").toByteArray());
  }

  @Test
  void aVoteThatWasLostIsOneForTheServerItself() throws IOException {
    Files.writeString(files.resolve("raft-meta"), "");
    assertThat(guard.isDamaged()).isTrue();

    guard.putBack(8);

    assertThat(RaftMeta.read(files)).isEqualTo(new RaftMeta.Vote(8, "n1"));
    assertThat(guard.isDamaged()).isFalse();
    RaftMeta.check(files, 8, true);
  }

  @Test
  void membersThatWereLostAreThoseThatWereReadAtTheStart() throws IOException {
    Files.writeString(files.resolve("raft-meta.conf"), "");
    assertThat(guard.isDamaged()).isTrue();

    guard.putBack(7);

    assertThat(RaftMeta.members(files)).isEqualTo(members(3, "host:7101"));
    assertThat(files.resolve("raft-meta")).hasContent("#\nterm=7\nvotedFor=n2\n");
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
    guard.putBack(7);

    assertThat(guard.isDamaged()).isFalse();
    assertThat(files.resolve("raft-meta.conf")).doesNotExist();
  }

  /** A file that can't be read now, for want of descriptors say, is no reason to write one. */
  @Test
  void aFileThatCannotBeReadIsNotTakenForDamaged() throws IOException {
    Files.delete(files.resolve("raft-meta"));
    Files.createDirectory(files.resolve("raft-meta"));

    assertThatThrownBy(() -> guard.isDamaged())
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(DamagedLogException.class);
  }

  @Test
  void roomThatWasUsedIsSetAsideAgain() throws IOException {
    Path room = temp.resolve("data/spare-vote");
    assertThat(room).hasSize(SpareFile.BYTES);
    Files.writeString(files.resolve("raft-meta"), "");
    guard.putBack(8);
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

    assertThatThrownBy(() -> room.become(target, new byte[SpareFile.BYTES + 1]))
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
