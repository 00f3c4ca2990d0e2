package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftMetaTest {
  private static final long NO_LOG = -1;

  @TempDir Path folder;

  @Test
  void whatRatisWritesIsGood() throws IOException {
    write("#\n#Thu Jan 01 00:00:00 UTC 1970\nterm=7\nvotedFor=n2\n");
    Files.write(folder.resolve("raft-meta.conf"), members());

    assertThatCode(() -> RaftMeta.check(folder, 7, true)).doesNotThrowAnyException();
    assertThatCode(() -> RaftMeta.check(folder, NO_LOG, true)).doesNotThrowAnyException();
  }

  @Test
  void beforeTheFirstStartThereIsNone() {
    assertThatCode(() -> RaftMeta.check(folder.resolve("absent"), NO_LOG, false))
        .doesNotThrowAnyException();
  }

  @Test
  void aServerThatHasALogHasATerm() {
    refuses(1, "raft-meta", "no such file");
  }

  /** Ratis would format the folder: no term, no vote, and the snapshots deleted. */
  @Test
  void aServerThatHasRunHasATermThoughItsLogIsGone() {
    assertThatThrownBy(() -> RaftMeta.check(folder.resolve("current"), NO_LOG, true))
        .isInstanceOf(DamagedLogException.class)
        .hasMessageContaining("expected the term and vote of a server that has run");
  }

  @Test
  void aTermBelowThatOfTheLogCouldMeanASecondVote() throws IOException {
    write("term=6\nvotedFor=n2\n");

    refuses(7, "raft-meta", "expected a term of 7 or more, as in the log, found term 6");
  }

  @Test
  void bothLinesHaveToBeThere() throws IOException {
    write("");
    refuses(NO_LOG, "raft-meta", "expected a line term=NUMBER, found none");

    write("term=x\nvotedFor=n2\n");
    refuses(NO_LOG, "raft-meta", "expected a line term=NUMBER, found none");

    write("term=7\nvoteeFor=n2\n");
    refuses(NO_LOG, "raft-meta", "expected a line votedFor=SERVER, found none");
  }

  @Test
  void membersThatCannotBeReadAreNotLeftOut() throws IOException {
    byte[] whole = members();
    write("term=7\nvotedFor=\n");
    Files.write(folder.resolve("raft-meta.conf"), Arrays.copyOf(whole, whole.length - 1));

    refuses(7, "raft-meta.conf", "found other bytes");
  }

  private void write(String meta) throws IOException {
    Files.writeString(folder.resolve("raft-meta"), meta);
  }

  private static byte[] members() {
    return LogEntryProto.newBuilder()
        .setTerm(7)
        .setConfigurationEntry(
            RaftConfigurationProto.newBuilder()
                .addPeers(RaftPeerProto.newBuilder().setAddress("host:7101")))
        .build()
        .toByteArray();
  }

  private void refuses(long lastTerm, String file, String found) {
    assertThatThrownBy(() -> RaftMeta.check(folder, lastTerm, false))
        .isInstanceOf(DamagedLogException.class)
        .hasMessageContaining(folder.resolve(file).toString())
        .hasMessageContaining(found);
  }
}
