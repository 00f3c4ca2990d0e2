package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.util.PureJavaCrc32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * What is torn, and what is damaged: every place where the last entry can be cut, every bit of an
 * entry flipped once, and worse. After each Ratis's own reader has the last word.
 */
class TornEntryTest {
  private static final int RANDOM_CASES = 500;

  /** {@code -Dseed=N} replays. */
  private final long seed = Long.getLong("seed", System.nanoTime());

  private final Random random = new Random(seed);

  @TempDir Path folder;

  private Path file;

  /** Indexes of two bytes, lengths of one and of two bytes. */
  private RatisSegment segment;

  private final Logger log = (Logger) LoggerFactory.getLogger(RaftLogTail.class);

  @BeforeEach
  void mute() {
    log.setLevel(Level.ERROR);
  }

  @AfterEach
  void unmute() {
    log.setLevel(null);
  }

  @BeforeEach
  void writeSegment() throws IOException {
    segment = RatisSegment.of(RatisSegment.entries(random, 1000, 40, 0, 200, 90, 17, 60, 140));
    file = folder.resolve("log_inprogress_1000");
  }

  @Test
  void checksumIsTheOneRatisWrites() throws IOException {
    for (int i = 0; i < 1000; i++) {
      byte[] data = new byte[random.nextInt(300)];
      random.nextBytes(data);
      PureJavaCrc32C theirs = new PureJavaCrc32C();
      theirs.update(data, 0, data.length);
      CRC32C ours = new CRC32C();
      ours.update(data);
      assertThat(ours.getValue()).as("seed %d", seed).isEqualTo(theirs.getValue());
    }
    // And over the same bytes: those of the length and of the content.
    byte[] content = segment.exact();
    for (int i = 0; i < segment.count(); i++) {
      int checksum = segment.offset(i + 1) - 4;
      CRC32C ours = new CRC32C();
      ours.update(content, segment.offset(i), checksum - segment.offset(i));
      assertThat((int) ours.getValue()).isEqualTo(ByteBuffer.wrap(content).getInt(checksum));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void wholeLogIsLeftAlone(boolean padded) throws IOException {
    byte[] content = image(padded);
    Files.write(file, content);

    RaftLogTail.Report report = RaftLogTail.repair(folder, RatisSegment.MAX_ENTRY_BYTES);

    assertThat(report).isEqualTo(new RaftLogTail.Report(1, 7, 1006, report.lastTerm(), null));
    assertThat(file).hasBinaryContent(content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void zerosFromAnyPlaceInTheLastEntryAreTrimmed(boolean padded) throws IOException {
    for (int at = segment.offset(6); at < segment.end(); at++) {
      byte[] torn = zeroFrom(image(padded), at);
      assertTrimmed(torn, "zeros from " + at);
    }
  }

  @Test
  void endOfFileAtAnyPlaceInTheLastEntryIsTrimmed() throws IOException {
    for (int at = segment.offset(6); at < segment.end(); at++) {
      assertTrimmed(Arrays.copyOf(segment.exact(), at), "cut at " + at);
    }
  }

  @Test
  void endOfFileAfterZerosInTheLastEntryIsTrimmed() throws IOException {
    for (int at = segment.offset(6) + 1; at < segment.end() - 1; at++) {
      int size = at + 1 + random.nextInt(segment.end() - at - 1);
      byte[] torn = Arrays.copyOf(zeroFrom(segment.exact(), at), size);
      assertTrimmed(torn, "zeros from " + at + ", cut at " + size + ", seed " + seed);
    }
  }

  /** A crash may take several entries which were written together. */
  @Test
  void zerosFromAnyPlaceKeepAllEntriesBefore() throws IOException {
    for (int at = 8; at < segment.end(); at++) {
      assertTrimmed(zeroFrom(segment.padded(), at), "zeros from " + at);
    }
  }

  @Test
  void pagesOfALargeEntry() throws IOException {
    segment = RatisSegment.of(RatisSegment.entries(random, 1000, 40, 200, 30_000));
    int start = segment.offset(2);
    for (int at = 512; at < segment.end(); at += 512) {
      assertTrimmed(zeroFrom(segment.padded(), at), "zeros from " + at);
    }
    // A page within it was lost, and its end too.
    byte[] torn = zeroFrom(segment.padded(), 5 * 4096);
    Arrays.fill(torn, 2 * 4096, 3 * 4096, (byte) 0);
    assertTrimmed(torn, "two places");
    // Its end is there.
    byte[] hole = segment.padded();
    Arrays.fill(hole, 2 * 4096, 3 * 4096, (byte) 0);
    assertRefused(hole, "a hole", start);
    // Its beginning was lost.
    byte[] headless = segment.padded();
    Arrays.fill(headless, start, 4096, (byte) 0);
    assertRefused(headless, "no beginning", start);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyFlippedBitIsRefused(boolean padded) throws IOException {
    byte[] original = image(padded);
    for (int i : new int[] {0, 1, 3, 5, 6}) {
      for (int at = segment.offset(i); at < segment.offset(i + 1); at++) {
        for (int bit = 0; bit < 8; bit++) {
          byte[] flipped = original.clone();
          flipped[at] ^= (byte) (1 << bit);
          String what = "entry " + i + ", bit " + bit + " of " + at + ", seed " + seed;
          if (isTearOf(flipped, original)) {
            // The last byte became zero: no one can tell.
            assertTrimmed(flipped, what);
          } else {
            assertRefused(flipped, what, segment.offset(i));
          }
        }
      }
    }
  }

  @Test
  void everyByteAfterTheZerosIsRefused() throws IOException {
    byte[] torn = zeroFrom(segment.padded(), segment.offset(6) + 20);
    for (int at = segment.end() + 1; at < torn.length; at += 1 + random.nextInt(200)) {
      byte[] damaged = torn.clone();
      damaged[at] = (byte) (1 + random.nextInt(255));
      assertRefused(damaged, "torn, a byte at " + at + ", seed " + seed, segment.offset(6));

      damaged = segment.padded();
      damaged[at] = (byte) (1 + random.nextInt(255));
      assertRefused(damaged, "whole, a byte at " + at + ", seed " + seed, segment.end());
    }
  }

  /** One entry in 256 has it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void checksumThatEndsInZerosIsNotTorn(int zeros) throws IOException {
    int mask = (1 << (8 * zeros)) - 1;
    searchChecksum(checksum -> (checksum & mask) == 0);
    byte[] original = segment.padded();
    Files.write(file, original);
    assertThat(RaftLogTail.repair(folder, RatisSegment.MAX_ENTRY_BYTES).trim()).isNull();
    assertThat(RatisSegment.read(file)).isEqualTo(segment.entries());

    // Nor is it when the content is damaged, for the part of the checksum that is there tells.
    for (int at = segment.offset(1); at < segment.end() - 4; at++) {
      byte[] flipped = original.clone();
      flipped[at] ^= 4;
      assertRefused(flipped, "byte " + at + ", seed " + seed, segment.offset(1));
    }
  }

  /** Not to be told from a crash before the last byte. */
  @Test
  void lastByteFlippedToZeroIsTrimmed() throws IOException {
    searchChecksum(checksum -> (checksum & 0xff) == 0x40);
    byte[] flipped = segment.padded();
    flipped[segment.end() - 1] ^= 0x40;
    assertTrimmed(flipped, "seed " + seed);
  }

  /** Makes a segment of two entries, the last with such a checksum. */
  private void searchChecksum(IntPredicate isGood) throws IOException {
    LogEntryProto last;
    CRC32C checksum = new CRC32C();
    do {
      last = RatisSegment.entries(random, 1001, 30).get(0);
      ByteArrayOutputStream lengthAndContent = new ByteArrayOutputStream();
      last.writeDelimitedTo(lengthAndContent);
      checksum.reset();
      checksum.update(lengthAndContent.toByteArray());
    } while (!isGood.test((int) checksum.getValue()));
    segment = RatisSegment.of(List.of(RatisSegment.entry(1000, new byte[40]), last));
    int written = ByteBuffer.wrap(segment.padded()).getInt(segment.end() - 4);
    assertThat(written).isEqualTo((int) checksum.getValue());
  }

  /** The good entries that a damaged length spans must not go with it. */
  @Test
  void lengthThatReachesIntoTheZerosIsRefused() throws IOException {
    for (int i = 0; i < segment.count(); i++) {
      for (int length : new int[] {1 << 10, 4 << 10, 1 << 20}) {
        // The rest of the entry is as it was, or not.
        for (int extra = 0; extra < 2; extra++) {
          byte[] damaged = segment.padded();
          int content = segment.offset(i) + varint(damaged, segment.offset(i)).length;
          byte[] rest = Arrays.copyOfRange(damaged, content, segment.end());
          byte[] lengthBytes = varint(length);
          int at = segment.offset(i);
          System.arraycopy(lengthBytes, 0, damaged, at, lengthBytes.length);
          System.arraycopy(rest, 0, damaged, at + lengthBytes.length, rest.length);
          if (extra == 1 && i < segment.count() - 1) {
            damaged[at + lengthBytes.length + 12] ^= 1;
          }
          if (i == segment.count() - 1) {
            // Of a last entry whose length has other bytes too nothing is known to be whole.
            assertKeeps(i, damaged, "length " + length + " of " + i);
          } else {
            assertRefused(damaged, "length " + length + " of entry " + i, at);
          }
        }
      }
    }
  }

  /** Two misfortunes at once. */
  @Test
  void damagedLengthBeforeATornEntryIsRefused() throws IOException {
    byte[] damaged = zeroFrom(segment.padded(), segment.offset(6) + 30);
    // 60 and 13 bytes become 200 and more: over the rest of the torn entry.
    damaged[segment.offset(5)] |= (byte) 0x80;
    assertRefused(damaged, "length", segment.offset(5));
  }

  @Test
  void garbageAnywhereIsRefused() throws IOException {
    for (int i = 0; i < RANDOM_CASES; i++) {
      byte[] original = image(random.nextBoolean());
      byte[] damaged = original.clone();
      int at = random.nextInt(segment.end());
      int length = 1 + random.nextInt(Math.min(80, damaged.length - at));
      for (int j = at; j < at + length; j++) {
        damaged[j] = (byte) (1 + random.nextInt(255));
      }
      if (!Arrays.equals(damaged, original)) {
        String what = "garbage from " + at + " to " + (at + length) + ", seed " + seed;
        assertRefused(damaged, what, at < 8 ? 0 : segment.offset(whole(damaged)));
      }
    }
  }

  /** What is zero by chance can't be told from what never came. */
  @Test
  void anEntryWhoseLastByteIsZeroMayBeTornBeforeIt() throws IOException {
    while (segment.padded()[segment.end() - 1] != 0) {
      segment = RatisSegment.of(RatisSegment.entries(random, 1000, 40, 0, 200, 90, 17, 60, 140));
    }
    byte[] torn = segment.padded();
    int at = segment.offset(6) + 30;
    Arrays.fill(torn, at, segment.end() - 1, (byte) 0);
    assertTrimmed(torn, "zeros from " + at + ", seed " + seed);
  }

  @Test
  void zerosAnywhereNeverCostWhatComesBefore() throws IOException {
    for (int i = 0; i < RANDOM_CASES; i++) {
      byte[] damaged = image(random.nextBoolean());
      int at = 8 + random.nextInt(segment.end() - 8);
      int end = at + 1 + random.nextInt(Math.min(400, damaged.length - at));
      Arrays.fill(damaged, at, end, (byte) 0);
      String what = "zeros from " + at + " to " + end + ", seed " + seed;
      if (isZero(damaged, at, segment.end())) {
        assertTrimmed(damaged, what);
      } else if (!Arrays.equals(damaged, image(damaged.length > segment.end()))) {
        assertRefused(damaged, what, segment.offset(whole(damaged)));
      }
    }
  }

  /** Garbage in place of an entry after the last, as far as it goes. */
  @Test
  void garbageAfterTheLastEntryNeverCostsAnEntry() throws IOException {
    for (int i = 0; i < RANDOM_CASES; i++) {
      byte[] damaged = segment.padded();
      int length = 1 + random.nextInt(100);
      for (int j = 0; j < length; j++) {
        damaged[segment.end() + j] = (byte) random.nextInt();
      }
      assertKeeps(7, damaged, length + " bytes, seed " + seed);
    }
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    return IntStream.range(from, to).allMatch(i -> bytes[i] == 0);
  }

  private byte[] image(boolean padded) {
    return padded ? segment.padded() : segment.exact();
  }

  private static byte[] zeroFrom(byte[] content, int at) {
    Arrays.fill(content, at, content.length, (byte) 0);
    return content;
  }

  /** Whether {@code content} is what {@code original} becomes if zeros begin somewhere. */
  private static boolean isTearOf(byte[] content, byte[] original) {
    int difference = Arrays.mismatch(content, original);
    return Arrays.equals(content, zeroFrom(original.clone(), difference));
  }

  private static byte[] varint(int value) {
    byte[] bytes = new byte[SegmentBytes.lengthBytes(value)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (((value >>> (7 * i)) & 0x7f) | (i < bytes.length - 1 ? 0x80 : 0));
    }
    return bytes;
  }

  private static byte[] varint(byte[] content, int offset) {
    int end = offset;
    while (content[end] < 0) {
      end++;
    }
    return Arrays.copyOfRange(content, offset, end + 1);
  }

  /** The entries which are as they were, up to the first that isn't. */
  private int whole(byte[] content) {
    int whole = 0;
    while (whole < segment.count() && isAsItWas(content, segment.offset(whole + 1))) {
      whole++;
    }
    return whole;
  }

  private boolean isAsItWas(byte[] content, int end) {
    return end <= content.length && Arrays.equals(content, 0, end, segment.padded(), 0, end);
  }

  /** The log has all its whole entries after it and nothing else, and Ratis agrees. */
  private void assertTrimmed(byte[] content, String what) throws IOException {
    Files.write(file, content);
    int kept = whole(content);
    int offset = segment.offset(kept);
    int written = content.length;
    while (content[written - 1] == 0) {
      written--;
    }

    RaftLogTail.Report report = RaftLogTail.repair(folder, RatisSegment.MAX_ENTRY_BYTES);

    assertThat(report.entries()).as(what).isEqualTo(kept);
    if (written > offset) {
      assertThat(report.trim())
          .as(what)
          .isEqualTo(
              new RaftLogTail.Trim(
                  file, 1000 + kept, offset, written - offset, content.length - offset));
      assertThat(file).as(what).hasSize(offset);
    } else {
      // The entries end where the zeros begin.
      assertThat(report.trim()).as(what).isNull();
      assertThat(file).as(what).hasBinaryContent(content);
    }
    assertThat(RatisSegment.read(file)).as(what).isEqualTo(segment.entries().subList(0, kept));
  }

  private void assertRefused(byte[] content, String what, int offset) throws IOException {
    Files.write(file, content);
    assertThat(catchThrowable(() -> RaftLogTail.repair(folder, RatisSegment.MAX_ENTRY_BYTES)))
        .as(what)
        .isInstanceOf(DamagedLogException.class)
        .hasMessageContaining(file + ", offset " + offset + ": expected ")
        .hasMessageContaining(", found ");
    assertThat(file).as(what).hasBinaryContent(content);
  }

  /** Refused, or trimmed with nothing lost of the first entries. */
  private void assertKeeps(int whole, byte[] content, String what) throws IOException {
    Files.write(file, content);
    try {
      RaftLogTail.repair(folder, RatisSegment.MAX_ENTRY_BYTES);
    } catch (DamagedLogException e) {
      assertThat(file).as(what).hasBinaryContent(content);
      return;
    }
    List<LogEntryProto> read = RatisSegment.read(file);
    assertThat(read).as(what).isEqualTo(segment.entries().subList(0, whole));
  }
}
