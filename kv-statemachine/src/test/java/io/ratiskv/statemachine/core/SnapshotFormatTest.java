package io.ratiskv.statemachine.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The format of version 1 stays what it is: {@code snapshot-v1.bin} was not made by the code under
 * test but by {@code snapshot-v1.py}, which follows the table in {@link SnapshotFormat} alone.
 */
class SnapshotFormatTest {
  private static final long EPOCH = 0x1122334455667788L;
  private static final long TERM = 3;
  private static final long INDEX = 70_001;

  private static final List<Session> SESSIONS =
      List.of(
          new Session(7, "", nonce(0), 1, List.of(), 7),
          new Session(
              300,
              "älice",
              nonce(100),
              12,
              List.of(
                  new StoredReply(0x0102030405060708L, ByteString.copyFromUtf8("reply ten")),
                  new StoredReply(-2, ByteString.EMPTY)),
              70_000));

  @Test
  void aFixedStateGivesTheCommittedBytes() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotView view = state().view(TERM, INDEX);
    view.writeTo(out);
    assertThat(out.toByteArray()).isEqualTo(committed());
  }

  @Test
  void theCommittedBytesGiveTheState() throws Exception {
    SnapshotReader.Loaded loaded =
        SnapshotReader.read("snapshot-v1.bin", new ByteArrayInputStream(committed()));
    assertThat(loaded.term()).isEqualTo(TERM);
    assertThat(loaded.index()).isEqualTo(INDEX);
    KvState state = loaded.state();
    assertThat(state.clusterEpoch()).isEqualTo(EPOCH);
    assertThat(state.digest()).isEqualTo(new KvState.Stamp(70_000, 0xfedcba9876543210L));
    assertThat(state.keys()).isEqualTo(4);
    assertThat(state.bytes()).isEqualTo(1 + 302 + 3 + 2);
    assertThat(state.lastSequence(7)).isZero();
    assertThat(state.lastSequence(300)).isEqualTo(11);
    List<String> entries = new ArrayList<>();
    SnapshotView view = state.view(TERM, INDEX);
    assertThat(view.header().lastSession()).isEqualTo(555);
    assertThat(view.header().parameters()).isEqualTo(new Parameters(123_456));
    assertThat(view.sortedSessions()).isEqualTo(SESSIONS);
    view.store()
        .forEach(
            (key, value) ->
                entries.add(
                    ByteString.copyFrom(key.array()).toStringUtf8()
                        + " "
                        + value.version()
                        + " "
                        + value.toByteString().toStringUtf8()));
    assertThat(entries)
        .containsExactly("a 8 ", "ab 70000 " + "x".repeat(300), "b 127 yz", "\uFFFD 128 !");
  }

  private static KvState state() {
    Store store = new Store();
    // Neither in order nor in one piece.
    store.put(Bytes.wrap(new byte[] {(byte) 0xff}), Bytes.utf8("!"), 128);
    store.put(Bytes.utf8("b"), Bytes.utf8("y"), 9);
    store.append(Bytes.utf8("b"), Bytes.utf8("z"), 127);
    store.put(Bytes.utf8("a"), Bytes.utf8(""), 8);
    for (int i = 0; i < 30; i++) {
      store.append(Bytes.utf8("ab"), Bytes.utf8("x".repeat(10)), 69_971 + i);
    }
    SessionTable sessions = new SessionTable();
    sessions.add(SESSIONS.get(1));
    sessions.add(SESSIONS.get(0));
    sessions.restoreLastId(555);
    return new KvState(
        EPOCH, new Parameters(123_456), store, sessions, new Digest(70_000, 0xfedcba9876543210L));
  }

  private static Bytes nonce(int first) {
    byte[] nonce = new byte[16];
    for (int i = 0; i < nonce.length; i++) {
      nonce[i] = (byte) (first + i);
    }
    return Bytes.wrap(nonce);
  }

  private static byte[] committed() throws IOException {
    try (InputStream file = SnapshotFormatTest.class.getResourceAsStream("/snapshot-v1.bin")) {
      if (file == null) {
        throw new AssertionError("snapshot-v1.bin is not on the class path");
      }
      return file.readAllBytes();
    }
  }
}
