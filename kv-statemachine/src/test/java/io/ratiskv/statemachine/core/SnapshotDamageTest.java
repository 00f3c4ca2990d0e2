package io.ratiskv.statemachine.core;

import static io.ratiskv.statemachine.core.Entries.ALICE;
import static io.ratiskv.statemachine.core.Entries.BOB;
import static io.ratiskv.statemachine.core.Entries.batch;
import static io.ratiskv.statemachine.core.Entries.open;
import static io.ratiskv.statemachine.core.Entries.put;
import static io.ratiskv.statemachine.core.Sections.concat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.protocol.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** A snapshot that isn't whole and valid is never taken for one. */
class SnapshotDamageTest {
  private static final int HEADER = 0;
  private static final int SESSIONS = 1;
  private static final int ENTRIES = 2;

  /** A section's type; a small snapshot has none. */
  private static final int RETIRED = 5;

  // Where the header's fields begin.
  private static final int VERSION = 0;
  private static final int LIMITS = 4;
  private static final int LAST_SESSION = LIMITS + 9 * 4 + 6 * 8;
  private static final int SESSION_COUNT = LAST_SESSION + 8;
  private static final int KEY_COUNT = SESSION_COUNT + 8;
  private static final int BYTE_COUNT = KEY_COUNT + 8;

  private static final byte[] ZEROS = new byte[8 << 20];

  private final byte[] snapshot = small();

  private static byte[] small() {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "a"));
    replica.apply(open(BOB, "b"));
    replica.apply(batch(ALICE, 1, 1, 1, put("k", "value"), put("l", "")));
    replica.apply(batch(BOB, 2, 1, 1, put("m", "value")));
    return replica.snapshot();
  }

  @Test
  void takenApartAndPutTogetherItIsTheSame() throws Exception {
    assertThat(sections().size()).isEqualTo(3);
    assertThat(sections().bytes()).isEqualTo(snapshot);
    Replica.restored(snapshot);
  }

  @Test
  void everySingleBitThatFlipsIsNoticed() {
    for (int bit = 0; bit < 8 * snapshot.length; bit++) {
      byte[] damaged = snapshot.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertCorrupt(damaged);
    }
  }

  @Test
  void everyByteThatIsLostAtTheEndIsNoticed() {
    for (int length = 0; length < snapshot.length; length++) {
      assertCorrupt(Arrays.copyOf(snapshot, length));
    }
  }

  @Test
  void zerosInPlaceOfTheEndAreNoticed() {
    for (int length = 0; length < snapshot.length; length++) {
      byte[] damaged = snapshot.clone();
      Arrays.fill(damaged, length, snapshot.length, (byte) 0);
      assertCorrupt(damaged);
    }
  }

  @Test
  void bytesBehindTheEndAreNoticed() {
    assertCorrupt(concat(snapshot, new byte[] {0})).hasMessageContaining("more bytes");
    assertCorrupt(concat(snapshot, snapshot));
  }

  @Test
  void theMessageSaysFileOffsetExpectedAndFound() {
    byte[] damaged = snapshot.clone();
    damaged[snapshot.length - 1] ^= 1;
    assertCorrupt(damaged)
        .hasMessageMatching(
            "snapshot damaged, offset "
                + (snapshot.length - 17)
                + ": expected a section with the checksum [0-9a-f]{8}, found one with [0-9a-f]{8}");
  }

  @Test
  void anotherVersionIsRefusedByItsNumber() {
    for (int version : new int[] {0, 2, -1}) {
      assertCorrupt(sections().header(VERSION, 4, version).bytes())
          .hasMessageContaining("expected version 1, found version " + version);
    }
    // Whatever its header looks like.
    assertCorrupt(sections().replace(HEADER, 1, new byte[] {0, 0, 0, 2}).bytes())
        .hasMessageContaining("version 2");
  }

  @Test
  void otherLimitsAreRefused() {
    for (int i = 0; i < 9; i++) {
      assertCorrupt(sections().header(LIMITS + 4 * i, 4, 77).bytes())
          .hasMessageContaining("limits")
          .hasMessageContaining("77");
    }
  }

  @Test
  void aHeaderOfAnotherLengthIsRefused() {
    byte[] header = sections().content(HEADER);
    assertCorrupt(sections().replace(HEADER, 1, new byte[0]).bytes());
    assertCorrupt(sections().replace(HEADER, 1, new byte[3]).bytes());
    for (int length = 4; length < header.length; length++) {
      assertCorrupt(sections().replace(HEADER, 1, Arrays.copyOf(header, length)).bytes());
    }
    assertCorrupt(sections().replace(HEADER, 1, concat(header, new byte[1])).bytes());
  }

  @Test
  void countsThatDoNotHoldAreRefused() {
    for (int field : new int[] {SESSION_COUNT, KEY_COUNT, BYTE_COUNT}) {
      long count = ByteBuffer.wrap(sections().content(HEADER)).getLong(field);
      assertCorrupt(sections().header(field, 8, count + 1).bytes())
          .hasMessageContaining("as the header says");
      assertCorrupt(sections().header(field, 8, count - 1).bytes());
      assertCorrupt(sections().header(field, 8, -1).bytes());
    }
    assertCorrupt(sections().bytes(2)).hasMessageContaining("2 sections");
    assertCorrupt(sections().bytes(4));
  }

  @Test
  void aSectionThatIsMissingTwiceThereOrOutOfItsPlaceIsNoticed() {
    for (int place = 0; place < 3; place++) {
      byte[] content = sections().content(place);
      assertCorrupt(sections().remove(place).bytes());
      assertCorrupt(sections().add(place + 1, content).bytes());
      assertCorrupt(sections().add(place + 1, content).moveLastTo(place).bytes());
    }
    assertCorrupt(sections().moveLastTo(SESSIONS).bytes());
    assertCorrupt(sections().moveLastTo(HEADER).bytes());
    assertCorrupt(sections().add(5, new byte[0]).bytes()).hasMessageContaining("type 5");
    assertCorrupt(sections().add(0, new byte[0]).bytes()).hasMessageContaining("type 0");
    assertCorrupt(sections().add(4, new byte[8]).bytes());
  }

  @Test
  void aSectionThatLiesAboutItsLengthCostsNoMoreThanTheGreatest() throws Exception {
    for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, (2 << 20) + 1}) {
      byte[] lies = snapshot.clone();
      ByteBuffer.wrap(lies).putInt(9, length);
      assertCorrupt(lies).hasMessageContaining("a section of at most 2097152 bytes");
      assertThat(Allocation.of(() -> readLong(lies))).isLessThan(1 << 20);
    }
    byte[] longest = snapshot.clone();
    ByteBuffer.wrap(longest).putInt(9, 2 << 20);
    assertCorrupt(longest);
    assertThat(Allocation.of(() -> readLong(longest))).isLessThan(6 << 20);
  }

  /** Reads {@code start} with many zeros behind it. */
  private static void readLong(byte[] start) throws IOException {
    InputStream lengthy =
        new SequenceInputStream(new ByteArrayInputStream(start), new ByteArrayInputStream(ZEROS));
    try {
      SnapshotReader.read("long", lengthy);
    } catch (CorruptSnapshotException expected) {
      return;
    }
    throw new AssertionError("taken");
  }

  @Test
  void itemsThatAreCutShortInAWholeSectionAreRefused() {
    for (int place : new int[] {SESSIONS, ENTRIES}) {
      byte[] content = sections().content(place);
      for (int length = 0; length < content.length; length++) {
        assertCorrupt(sections().replace(place, place + 1, Arrays.copyOf(content, length)).bytes());
      }
      assertCorrupt(sections().replace(place, place + 1, concat(content, new byte[] {1})).bytes());
    }
  }

  @Test
  void keysThatAreNotInOrderAreRefused() {
    byte[] a = {1, 'a', 1, 0};
    byte[] b = {1, 'b', 1, 0};
    byte[] high = {1, (byte) 0x80, 1, 0};
    accept(entries(3, a, b, high));
    assertCorrupt(entries(3, b, a, high)).hasMessageContaining("ascending");
    assertCorrupt(entries(3, high, a, b)).hasMessageContaining("ascending");
    assertCorrupt(entries(2, a, a)).hasMessageContaining("ascending");
    assertCorrupt(entries(1, new byte[] {0, 1, 0})).hasMessageContaining("ascending");
    // Nor are they from one section to the next.
    assertCorrupt(
            sections()
                .replace(ENTRIES, 3, b)
                .add(3, a)
                .header(KEY_COUNT, 8, 2)
                .header(BYTE_COUNT, 8, 2)
                .bytes())
        .hasMessageContaining("ascending");
  }

  private byte[] entries(int keys, byte[]... items) {
    int bytes = keys; // keys of one byte, values of none
    return sections()
        .replace(ENTRIES, 3, concat(items))
        .header(KEY_COUNT, 8, keys)
        .header(BYTE_COUNT, 8, bytes)
        .bytes();
  }

  @Test
  void sessionsTwiceOrNotInOrderAreRefused() {
    byte[] seven = session(7, 1, 0);
    byte[] eight = session(8, 1, 0);
    accept(sessions(2, seven, eight));
    assertCorrupt(sessions(2, eight, seven)).hasMessageContaining("a session above 8");
    assertCorrupt(sessions(1, seven, seven)).hasMessageContaining("a session above 7");
    assertCorrupt(sessions(2, seven, seven)).hasMessageContaining("a session above 7");
    assertCorrupt(sessions(1, session(0, 1, 0))).hasMessageContaining("a session above 0");
  }

  @Test
  void aSessionThatHasNotBeenOpenedYetIsRefused() {
    assertCorrupt(sections().header(LAST_SESSION, 8, 1).bytes())
        .hasMessageContaining("no session above 1, found session 2");
  }

  @Test
  void anIndexAboveTheLastIsRefused() {
    byte[] late = {1, 'b', 5, 0};
    assertCorrupt(entries(1, late)).hasMessageContaining("a log index up to 4, found 5");
  }

  @Test
  void aSessionWithMoreRepliesThanItCanHaveIsRefused() {
    byte[] reply = new byte[9];
    byte[][] replies = new byte[17][];
    Arrays.fill(replies, reply);
    accept(sessions(1, session(7, 17, 16), concat(Arrays.copyOf(replies, 16))));
    assertCorrupt(sessions(1, session(7, 18, 17), concat(replies)))
        .hasMessageContaining("17 replies");
    // More than it has had sequence numbers.
    assertCorrupt(sessions(1, session(7, 2, 2), reply, reply)).hasMessageContaining("2 replies");
    assertCorrupt(sessions(1, session(7, 0, 0))).hasMessageContaining("0 replies");
    assertCorrupt(sessions(1, session(7, 2, 127)));
  }

  /** A session of nobody; the replies come behind it. */
  private static byte[] session(int id, int next, int replies) {
    byte[] numbers = {(byte) id, (byte) next, 1, 0, Limits.NONCE_BYTES};
    byte[] nonce = new byte[Limits.NONCE_BYTES];
    nonce[0] = (byte) id;
    return concat(numbers, nonce, new byte[] {(byte) replies});
  }

  private byte[] sessions(int count, byte[]... items) {
    return sections()
        .replace(SESSIONS, 2, concat(items))
        .header(LAST_SESSION, 8, 100)
        .header(SESSION_COUNT, 8, count)
        .bytes();
  }

  @Test
  void retiredIdsThatAreNoneAreRefused() {
    accept(retired(id("n1"), id("x".repeat(Limits.MAX_SERVER_ID_BYTES)), id("~!")));
    for (String none : new String[] {"", "x".repeat(65), "n 1", "n\t", "n\u007f", "\u00e9"}) {
      assertCorrupt(retired(id(none))).hasMessageContaining("a server id of 1 to 64 visible ASCII");
    }
  }

  @Test
  void retiredIdsTwiceNotInOrderOrTooManyAreRefused() {
    accept(retired(id("a"), id("b")));
    assertCorrupt(retired(id("b"), id("a"))).hasMessageContaining("ascending order");
    assertCorrupt(retired(id("a"), id("a"))).hasMessageContaining("ascending order");
    byte[][] ids = new byte[Limits.MAX_RETIRED_SERVERS + 1][];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = id(Integer.toString(100_000 + i));
    }
    accept(retired(Arrays.copyOf(ids, ids.length - 1)));
    assertCorrupt(retired(ids))
        .hasMessageContaining("up to " + Limits.MAX_RETIRED_SERVERS + " server ids");
  }

  @Test
  void retiredIdsTwiceThereOrOutOfTheirPlaceAreNoticed() {
    byte[] a = id("a");
    assertCorrupt(
        sections().add(RETIRED, id("b")).moveLastTo(1).add(RETIRED, a).moveLastTo(1).bytes());
    for (int place : new int[] {0, 2, 3}) {
      assertCorrupt(sections().add(RETIRED, a).moveLastTo(place).bytes());
    }
    assertCorrupt(retired(new byte[] {1}));
  }

  /** With a RETIRED section in its place. */
  private byte[] retired(byte[]... ids) {
    return sections().add(RETIRED, concat(ids)).moveLastTo(1).bytes();
  }

  private static byte[] id(String id) {
    byte[] letters = id.getBytes(StandardCharsets.ISO_8859_1);
    return concat(new byte[] {(byte) letters.length}, letters);
  }

  @Test
  void anyBytesInWholeSectionsAreReadOrRefused() {
    Seeds.each(
        60,
        random -> {
          for (int i = 0; i < 50; i++) {
            Sections made = sections();
            for (int place : new int[] {SESSIONS, ENTRIES}) {
              byte[] content = made.content(place);
              for (int j = random.nextInt(4); j > 0; j--) {
                content[random.nextInt(content.length)] = (byte) random.nextInt();
              }
              made.replace(place, place + 1, content);
            }
            readOrRefuse(made.bytes());
            byte[] wild = Seeds.bytes(random, random.nextInt(100));
            readOrRefuse(sections().replace(SESSIONS, 2, wild).bytes());
            readOrRefuse(sections().replace(ENTRIES, 3, wild).bytes());
            readOrRefuse(concat(Arrays.copyOf(snapshot, 8), wild));
          }
        });
  }

  private static void readOrRefuse(byte[] bytes) throws IOException {
    try {
      Replica.restored(bytes);
    } catch (CorruptSnapshotException expected) {
      assertThat(expected).hasMessageContaining("offset");
    }
  }

  private static void accept(byte[] bytes) {
    try {
      Replica.restored(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Sections sections() {
    return Sections.of(snapshot);
  }

  /** Read and merely checked, it is found out the same way. */
  private static AbstractThrowableAssert<?, ? extends Throwable> assertCorrupt(byte[] bytes) {
    assertThatThrownBy(() -> SnapshotReader.check("damaged", new ByteArrayInputStream(bytes)))
        .isInstanceOf(CorruptSnapshotException.class);
    return assertThatThrownBy(() -> SnapshotReader.read("damaged", new ByteArrayInputStream(bytes)))
        .isInstanceOf(CorruptSnapshotException.class);
  }
}
