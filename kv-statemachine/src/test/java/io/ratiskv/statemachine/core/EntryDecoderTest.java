package io.ratiskv.statemachine.core;

import static io.ratiskv.statemachine.core.Entries.ALICE;
import static io.ratiskv.statemachine.core.Entries.append;
import static io.ratiskv.statemachine.core.Entries.barrier;
import static io.ratiskv.statemachine.core.Entries.batch;
import static io.ratiskv.statemachine.core.Entries.close;
import static io.ratiskv.statemachine.core.Entries.entry;
import static io.ratiskv.statemachine.core.Entries.open;
import static io.ratiskv.statemachine.core.Entries.put;
import static io.ratiskv.statemachine.core.Entries.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.protocol.v1.OpenSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class EntryDecoderTest {
  private static final byte[] ALL_KINDS =
      LogEntry.newBuilder()
          .setFormat(1)
          .addCommands(open(ALICE, "nonce"))
          .addCommands(batch(ALICE, 1, 1, 1, put("key", "value"), append("k", "")))
          .addCommands(batch("", 300, 70_000, 69_999, append("k", "tail")))
          .addCommands(close("prïncipal", 1))
          .build()
          .toByteArray();

  private static final List<byte[]> VALID =
      List.of(
          barrier(),
          barrier(9, -1),
          entry(open("", "n")),
          entry(batch(ALICE, 1, 1, 1, put("k", "v"))),
          entry(close(ALICE, 1)),
          ALL_KINDS);

  @Test
  void anEntryIsReadAsItWasWritten() throws Exception {
    EntryDecoder.Decoded decoded = EntryDecoder.decode(ALL_KINDS);
    assertThat(decoded.format()).isEqualTo(1);
    assertThat(decoded.check()).isNull();
    assertThat(decoded.commands()).hasSize(4);
    assertThat(decoded.commands().get(0))
        .isEqualTo(new Command.Open(ALICE, Bytes.copyOf(Entries.nonce("nonce"))));
    if (!(decoded.commands().get(1) instanceof Command.Batch first)
        || !(decoded.commands().get(2) instanceof Command.Batch second)) {
      throw new AssertionError(decoded.commands());
    }
    assertThat(first.operations())
        .containsExactly(
            new Operation.Put(Bytes.utf8("key"), Bytes.utf8("value")),
            new Operation.Append(Bytes.utf8("k"), Bytes.utf8("")));
    assertThat(second.principal()).isEmpty();
    assertThat(second.session()).isEqualTo(300);
    assertThat(second.sequence()).isEqualTo(70_000);
    assertThat(second.firstUnanswered()).isEqualTo(69_999);
    assertThat(decoded.commands().get(3)).isEqualTo(new Command.Close("prïncipal", 1));
  }

  @Test
  void theFingerprintIsOfTheOperationsAlone() throws Exception {
    long fingerprint = fingerprint(batch(ALICE, 1, 1, 1, put("k", "v")));
    assertThat(fingerprint(batch("", 8, 9, 2, put("k", "v")))).isEqualTo(fingerprint);
    assertThat(fingerprint(batch(ALICE, 1, 1, 1, put("k", "w")))).isNotEqualTo(fingerprint);
    assertThat(fingerprint(batch(ALICE, 1, 1, 1, put("l", "v")))).isNotEqualTo(fingerprint);
    assertThat(fingerprint(batch(ALICE, 1, 1, 1, append("k", "v")))).isNotEqualTo(fingerprint);
    assertThat(fingerprint(batch(ALICE, 1, 1, 1, put("k", "v"), put("k", "v"))))
        .isNotEqualTo(fingerprint);
    // It is in snapshots and decides about replies: the same in every version.
    assertThat(String.format("%016x", fingerprint)).isEqualTo("2c7f24691477736a");
  }

  private static long fingerprint(io.ratiskv.protocol.v1.Command command) throws Exception {
    if (EntryDecoder.decode(entry(open("", "before"), command)).commands().get(1)
        instanceof Command.Batch batch) {
      return batch.fingerprint();
    }
    throw new AssertionError("no batch");
  }

  // Formats

  @Test
  void anEntryOfANewerFormatStopsTheReplica() {
    for (int format : new int[] {2, 3, Integer.MAX_VALUE, -1}) {
      byte[] newer = LogEntry.newBuilder().setFormat(format).build().toByteArray();
      assertThatThrownBy(() -> Replica.empty().apply(newer))
          .isInstanceOf(UnsupportedEntryException.class)
          .hasMessageContaining("entry 1 has format " + Integer.toUnsignedString(format));
    }
  }

  @Test
  void anEntryOfANewerFormatIsKnownAsSuchWhateverIsInIt() {
    byte[] newer =
        LogEntry.newBuilder()
            .setFormat(2)
            .addCommands(io.ratiskv.protocol.v1.Command.getDefaultInstance())
            .build()
            .toByteArray();
    assertThatThrownBy(() -> Replica.empty().apply(newer))
        .isInstanceOf(UnsupportedEntryException.class);
  }

  @Test
  void anEntryWithoutAFormatIsRefused() {
    assertMalformed(new byte[0]);
    assertMalformed(LogEntry.newBuilder().addCommands(open(ALICE, "n")).build().toByteArray());
    assertMalformed(LogEntry.newBuilder().setFormat(0).build().toByteArray());
  }

  // Commands that are none

  @Test
  void aCommandOfUnknownKindIsRefused() {
    assertMalformed(entry(io.ratiskv.protocol.v1.Command.getDefaultInstance()));
    assertMalformed(entry(io.ratiskv.protocol.v1.Command.newBuilder().setPrincipal(ALICE).build()));
    assertMalformed(commands(field(5, "reserved")));
  }

  @Test
  void aPrincipalThatComesAfterItsCommandIsRefused() {
    byte[] open = field(2, OpenSession.newBuilder().setNonce(Entries.nonce("n")).build());
    assertMalformed(commands(concat(open, field(1, ALICE))));
    assertMalformed(commands(concat(field(1, "bob"), open, field(1, ALICE))));
    assertThat(Replica.empty().apply(commands(concat(field(1, ALICE), open))))
        .containsExactly(new Reply.Opened(1));
  }

  @Test
  void aPrincipalThatIsNotUtf8IsRefused() {
    byte[] open = field(2, OpenSession.newBuilder().setNonce(Entries.nonce("n")).build());
    assertMalformed(commands(concat(field(1, ByteString.copyFrom(new byte[] {'a', -1})), open)));
    // A surrogate alone, as Java would write it.
    assertMalformed(
        commands(concat(field(1, ByteString.copyFrom(new byte[] {-19, -96, -128})), open)));
  }

  @Test
  void ofAnEntryThatCannotBeReadNothingIsDone() {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "n"));
    io.ratiskv.protocol.v1.Command good = batch(ALICE, 1, 1, 1, put("k", "v"));
    assertThat(replica.apply(good, batch(ALICE, 1, 0, 0, put("k", "v"))))
        .containsExactly(refused(Code.MALFORMED, 0, 0));
    assertThat(replica.value("k")).isEqualTo("absent");
    assertThat(replica.state().lastSequence(1)).isZero();
    assertThat(replica.apply(good)).hasSize(1);
    assertThat(replica.value("k")).isEqualTo("v");
  }

  @Test
  void fieldsThatAreNotKnownArePassedOver() {
    byte[] unknown = concat(field(900, "x"), field(901, "y"));
    assertThat(Replica.empty().apply(concat(unknown, entry(open(ALICE, "n")), unknown)))
        .containsExactly(new Reply.Opened(1));
  }

  // Limits

  @Test
  void aPrincipalMayBe256BytesLong() {
    assertThat(Replica.empty().apply(open("p".repeat(256), "n")))
        .containsExactly(new Reply.Opened(1));
    assertThat(Replica.empty().apply(open("é".repeat(128), "n")))
        .containsExactly(new Reply.Opened(1));
    assertMalformed(entry(open("p".repeat(257), "n")));
    assertMalformed(entry(open("é".repeat(128) + "p", "n")));
    assertMalformed(entry(open("p".repeat(25_600), "n")));
    assertMalformed(entry(batch("p".repeat(257), 1, 1, 1, put("k", "v"))));
    assertMalformed(entry(close("p".repeat(257), 1)));
  }

  @Test
  void aNonceIs16BytesLong() {
    for (int length : new int[] {0, 1, 15, 17, 1_600}) {
      byte[] open = field(2, OpenSession.newBuilder().setNonce(Entries.zeros(length)).build());
      assertMalformed(commands(open));
    }
    byte[] open = field(2, OpenSession.newBuilder().setNonce(Entries.zeros(16)).build());
    assertThat(Replica.empty().apply(commands(open))).containsExactly(new Reply.Opened(1));
  }

  @Test
  void aBatchWithoutOperationsIsRefused() {
    assertMalformed(entry(batch(ALICE, 1, 1, 1)));
    assertMalformed(entry(batch(ALICE, 1, 1, 1, ByteString.EMPTY)));
  }

  @Test
  void aRefusalNamesTheSizeAndTheLimit() {
    Replica replica = Replica.empty();
    assertThat(replica.apply(batch(ALICE, 1, 1, 1, put("", "v"))))
        .containsExactly(refused(Code.KEY_EMPTY, 0, 1));
    assertThat(replica.apply(batch(ALICE, 1, 1, 1, put("k".repeat(4097), "v"))))
        .containsExactly(refused(Code.KEY_TOO_LARGE, 4097, Limits.MAX_KEY_BYTES));
    assertThat(replica.apply(batch(ALICE, 1, 1, 1, append("k", "v".repeat((1 << 20) + 1)))))
        .containsExactly(refused(Code.VALUE_TOO_LARGE, (1 << 20) + 1, Limits.MAX_VALUE_BYTES));
  }

  // Any bytes

  @Test
  void randomBytesAreRefusedOrRead() {
    Seeds.each(
        100,
        random -> {
          Twins twins = new Twins();
          for (int i = 0; i < 100; i++) {
            twins.apply(Seeds.bytes(random, random.nextInt(80)));
          }
          twins.assertEqual();
        });
  }

  @Test
  void randomBytesThatLookLikeAnEntryAreRefusedOrRead() {
    Seeds.each(
        100,
        random -> {
          Twins twins = new Twins();
          for (int i = 0; i < 100; i++) {
            twins.apply(concat(barrier(), wild(random, 4)));
          }
          twins.assertEqual();
        });
  }

  @Test
  void anEntryCutShortAnywhereIsRefusedOrRead() throws Exception {
    Twins twins = new Twins();
    for (byte[] entry : VALID) {
      for (int length = 0; length < entry.length; length++) {
        twins.apply(Arrays.copyOf(entry, length));
      }
    }
    twins.assertEqual();
  }

  @Test
  void anEntryWithOneByteChangedAnyHowIsRefusedOrRead() throws Exception {
    Twins twins = new Twins();
    for (byte[] entry : VALID) {
      for (int at = 0; at < entry.length; at++) {
        for (int flip = 1; flip < 256; flip++) {
          byte[] changed = entry.clone();
          changed[at] ^= (byte) flip;
          twins.apply(changed);
        }
      }
    }
    twins.assertEqual();
  }

  @Test
  void twoEntriesRunTogetherAndPiecesOfThemAreRefusedOrRead() {
    Seeds.each(
        100,
        random -> {
          Twins twins = new Twins();
          for (int i = 0; i < 100; i++) {
            byte[] one = VALID.get(random.nextInt(VALID.size()));
            byte[] other = VALID.get(random.nextInt(VALID.size()));
            int from = random.nextInt(other.length + 1);
            twins.apply(
                concat(
                    Arrays.copyOf(one, random.nextInt(one.length + 1)),
                    Arrays.copyOfRange(other, from, other.length)));
          }
          twins.assertEqual();
        });
  }

  @Test
  void anEntryOverTheLimitIsRefused() {
    byte[] over = new byte[Limits.MAX_ENTRY_BYTES + 1];
    assertThat(Replica.empty().apply(over))
        .containsExactly(refused(Code.MALFORMED, over.length, Limits.MAX_ENTRY_BYTES));
  }

  @Test
  void groupsWithinGroupsToAnyDepthAreRefused() {
    byte[] groups = new byte[Limits.MAX_ENTRY_BYTES - 100];
    Arrays.fill(groups, (byte) (10 << 3 | 3));
    assertMalformed(concat(barrier(), groups));
    assertMalformed(commands(groups));
    assertMalformed(commands(field(2, ByteString.copyFrom(groups))));
    assertMalformed(commands(field(3, ByteString.copyFrom(groups))));
    assertMalformed(commands(field(4, ByteString.copyFrom(groups))));
    assertMalformed(
        entry(batch("", 1, 1, 1, ByteString.copyFrom(groups, 0, Limits.MAX_BATCH_BYTES))));
  }

  @Test
  void aLengthThatTheBytesDoNotBearOutCostsNothing() throws Exception {
    for (int length : new int[] {1 << 20, 1 << 24, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      byte[] claim = varint(length);
      List<byte[]> liars =
          List.of(
              concat(barrier(), new byte[] {2 << 3 | 2}, claim),
              concat(barrier(), new byte[] {3 << 3 | 2}, claim),
              concat(barrier(), new byte[] {15 << 3 | 2}, claim),
              commands(concat(new byte[] {1 << 3 | 2}, claim)),
              commands(concat(new byte[] {2 << 3 | 2}, claim)),
              commands(concat(new byte[] {3 << 3 | 2}, claim)),
              commands(concat(new byte[] {4 << 3 | 2}, claim)),
              commands(field(3, ByteString.copyFrom(concat(new byte[] {4 << 3 | 2}, claim)))));
      for (byte[] liar : liars) {
        assertThatThrownBy(() -> EntryDecoder.decode(liar)).isInstanceOf(MalformedException.class);
        long allocated =
            Allocation.of(
                () -> {
                  try {
                    EntryDecoder.decode(liar);
                  } catch (MalformedException expected) {
                    // Measured, not looked at.
                  }
                });
        assertThat(allocated).isLessThan(64 << 10);
      }
    }
  }

  @Test
  void anEntryFullOfFieldsThatNobodyKnowsCostsLittleMoreThanItsLength() throws Exception {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    for (int number = 16; fields.size() < Limits.MAX_ENTRY_BYTES - 100; number++) {
      fields.writeBytes(varint(number << 3));
      fields.write(1);
    }
    ByteString unknown = ByteString.copyFrom(fields.toByteArray());
    byte[] nonce = field(1, Entries.nonce("n"));
    List<byte[]> entries =
        List.of(
            concat(barrier(), unknown.toByteArray()),
            concat(barrier(), field(3, unknown)),
            commands(unknown.toByteArray()),
            commands(field(2, unknown.concat(ByteString.copyFrom(nonce)))),
            commands(field(3, unknown)),
            commands(field(4, unknown)));
    List<Long> allocated = new ArrayList<>();
    for (byte[] entry : entries) {
      allocated.add(
          Allocation.of(
              () -> {
                try {
                  EntryDecoder.decode(entry);
                } catch (MalformedException expected) {
                  // Measured, not looked at.
                }
              }));
    }
    assertThat(allocated).allMatch(bytes -> bytes < 4L * Limits.MAX_ENTRY_BYTES);
  }

  /** Two replicas that get the same bytes, and have to do the same. */
  private static final class Twins {
    private final Replica one = Replica.empty();
    private final Replica other = Replica.empty();

    Twins() {
      for (Replica replica : List.of(one, other)) {
        replica.apply(open(ALICE, "nonce"));
        replica.apply(batch(ALICE, 1, 1, 1, put("k", "v")));
      }
    }

    void apply(byte[] entry) throws Exception {
      try {
        EntryDecoder.decode(entry);
      } catch (MalformedException e) {
        assertThat(e.code()).isNotEqualTo(Code.CODE_UNSPECIFIED);
      }
      assertThat(outcome(other, entry.clone())).isEqualTo(outcome(one, entry));
    }

    /** The replies, or why the replica stops. */
    private static List<?> outcome(Replica replica, byte[] entry) {
      try {
        return replica.apply(entry);
      } catch (UnsupportedEntryException | DigestMismatchException stops) {
        return List.of(String.valueOf(stops.getMessage()));
      }
    }

    void assertEqual() throws IOException {
      assertThat(other.state().digest()).isEqualTo(one.state().digest());
      assertThat(Arrays.equals(other.snapshot(), one.snapshot())).isTrue();
    }
  }

  /** Fields with numbers that mean something, of any type, in and out of each other. */
  private static byte[] wild(RandomGenerator random, int depth) {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int number = random.nextInt(8) == 0 ? random.nextInt(20) : 1 + random.nextInt(4);
      int type = random.nextInt(3) == 0 ? random.nextInt(8) : 2;
      fields.write(number << 3 | type);
      byte[] content =
          depth == 0 || random.nextInt(3) == 0
              ? Seeds.bytes(random, random.nextInt(20))
              : wild(random, depth - 1);
      if (type == 2) {
        fields.writeBytes(varint(content.length + (random.nextInt(30) == 0 ? 1 : 0)));
      }
      fields.writeBytes(type == 0 ? varint(random.nextInt(4)) : content);
    }
    return fields.toByteArray();
  }

  private static void assertMalformed(byte[] entry) {
    assertThat(Replica.empty().apply(entry)).containsExactly(refused(Code.MALFORMED, 0, 0));
  }

  /** An entry of one command. */
  private static byte[] commands(byte[] command) {
    return concat(barrier(), field(2, ByteString.copyFrom(command)));
  }

  private static byte[] field(int number, String text) {
    return field(number, ByteString.copyFromUtf8(text));
  }

  private static byte[] field(int number, OpenSession message) {
    return field(number, message.toByteString());
  }

  private static byte[] field(int number, ByteString content) {
    return concat(varint(number << 3 | 2), varint(content.size()), content.toByteArray());
  }

  private static byte[] varint(int value) {
    byte[] bytes = new byte[CodedOutputStream.computeUInt32SizeNoTag(value)];
    try {
      CodedOutputStream.newInstance(bytes).writeUInt32NoTag(value);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
