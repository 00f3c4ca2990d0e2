package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The segments of a log, one after the other. */
class RaftLogTailTest {
  @TempDir Path folder;

  /** Entries 0 to 3, 4 to 6, 7 to 8. */
  private RatisSegment first;

  private RatisSegment second;
  private RatisSegment last;

  @BeforeEach
  void writeLog() throws IOException {
    Random random = new Random(1);
    first = RatisSegment.of(RatisSegment.entries(random, 0, 30, 40, 50, 60));
    second = RatisSegment.of(RatisSegment.entries(random, 4, 10, 10, 10));
    last = RatisSegment.of(RatisSegment.entries(random, 7, 20, 300));
    Files.write(file("log_0-3"), first.exact());
    Files.write(file("log_4-6"), second.exact());
    Files.write(file("log_inprogress_7"), last.padded());
    Files.writeString(file("raft-meta"), "term=3\nvotedFor=s0\n");
  }

  @Test
  void wholeLog() throws IOException {
    assertThat(repair()).isEqualTo(new RaftLogTail.Report(3, 9, 8, 3, null));
  }

  @Test
  void noLogYet() throws IOException {
    assertThat(RaftLogTail.repair(folder.resolve("current"), 1 << 20))
        .isEqualTo(new RaftLogTail.Report(0, 0, -1, -1, null));
    assertThat(folder.resolve("current")).doesNotExist();
  }

  /** A kill between the renaming of a finished segment and the making of the next. */
  @Test
  void noOpenSegment() throws IOException {
    Files.delete(file("log_inprogress_7"));
    assertThat(repair()).isEqualTo(new RaftLogTail.Report(2, 7, 6, 3, null));
  }

  @Test
  void trimIsLogged() throws IOException {
    Logger log = (Logger) LoggerFactory.getLogger(RaftLogTail.class);
    ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.start();
    log.addAppender(events);
    log.setAdditive(false);
    try {
      Path torn = file("log_inprogress_7");
      int offset = last.offset(1);
      Files.write(torn, Arrays.copyOf(Arrays.copyOf(last.exact(), offset + 50), 8192));

      RaftLogTail.Report report = repair();

      int written =
          new SegmentBytes(Arrays.copyOf(last.exact(), offset + 50), 1).written() - offset;
      assertThat(report)
          .isEqualTo(
              new RaftLogTail.Report(
                  3, 8, 7, 3, new RaftLogTail.Trim(torn, 8, offset, written, 8192 - offset)));
      assertThat(events.list).hasSize(1);
      assertThat(events.list.get(0).getLevel()).isEqualTo(Level.WARN);
      assertThat(events.list.get(0).getFormattedMessage())
          .contains(
              "entry of the Raft log, 8,",
              torn.toString(),
              written + " bytes of it at offset " + offset,
              "Cut the file to " + offset + " bytes, " + (8192 - offset) + " fewer");
      // Once is enough.
      assertThat(repair()).isEqualTo(new RaftLogTail.Report(3, 8, 7, 3, null));
    } finally {
      log.setAdditive(true);
      log.detachAppender(events);
    }
  }

  /** Ratis makes the file, allocates, writes the header; it removes a file that came no further. */
  @Test
  void segmentThatWasJustMadeIsLeftToRatis() throws IOException {
    for (int size : new int[] {0, 1, 4, 7, 8, 4096}) {
      for (int headerBytes = 0; headerBytes <= Math.min(size, 8); headerBytes++) {
        byte[] content = Arrays.copyOf(Arrays.copyOf(last.exact(), headerBytes), size);
        Files.write(file("log_inprogress_7"), content);
        assertThat(repair())
            .as("%d bytes, %d of the header", size, headerBytes)
            .isEqualTo(new RaftLogTail.Report(3, 7, 6, 3, null));
        if (size > 0) {
          // Ratis removes it earlier if it is empty.
          assertThat(RatisSegment.read(file("log_inprogress_7"))).isEmpty();
        }
      }
    }
  }

  /** Ratis would take this for a segment that was just made, and remove it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void zerosInTheHeaderBeforeEntriesAreRefused(int from) throws IOException {
    Path open = file("log_inprogress_7");
    byte[] content = last.padded();
    Arrays.fill(content, from, 8, (byte) 0);
    Files.write(open, content);
    assertRefused(open, 0, "expected the header \"RaftLog1\", found another or none");
    assertThat(RatisSegment.read(open)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"log_0-3", "log_4-6"})
  void closedSegmentIsNeverTrimmed(String name) throws IOException {
    Path closed = file(name);
    byte[] content = Files.readAllBytes(closed);
    for (int size = 0; size < content.length; size++) {
      Files.write(closed, Arrays.copyOf(content, size));
      assertDamaged();
      Files.write(closed, Arrays.copyOf(Arrays.copyOf(content, size), content.length + 4096));
      // Zeros in place of zeros are no damage.
      if (!Arrays.equals(content, Arrays.copyOf(Files.readAllBytes(closed), content.length))) {
        assertDamaged();
      }
    }
    Files.write(closed, content);
    assertThat(repair().entries()).isEqualTo(9);
  }

  /** Ratis drops the entry without a word: it thinks of a crash. */
  @Test
  void lengthBeyondTheEndOfAClosedSegmentIsRefused() throws IOException {
    Path closed = file("log_4-6");
    byte[] content = second.exact();
    content[second.offset(1)] = 0x7f;
    Files.write(closed, content);
    assertThat(RatisSegment.read(closed)).hasSize(1);

    assertRefused(
        closed,
        second.offset(1),
        "expected the length "
            + second.entries().get(1).getSerializedSize()
            + " of entry 5, by its"
            + " content and checksum, found the length 127");
  }

  @Test
  void closedSegmentWithFewerEntriesThanItsNameSaysIsRefused() throws IOException {
    Path closed = file("log_4-6");
    Files.write(closed, Arrays.copyOf(second.exact(), second.offset(2)));
    assertRefused(closed, second.offset(2), "expected entry 6, found the end of the file");
    Files.write(closed, Arrays.copyOf(Files.readAllBytes(closed), 4096));
    assertRefused(closed, second.offset(2), "expected entry 6, found zeros");
  }

  /** Ratis ignores it, and cuts it off. */
  @Test
  void anythingAfterTheLastEntryOfAClosedSegmentIsAllowed() throws IOException {
    Path closed = file("log_4-6");
    Files.move(closed, file("log_4-5"));
    Files.move(file("log_inprogress_7"), file("log_inprogress_6"));
    Files.write(
        file("log_inprogress_6"),
        RatisSegment.of(RatisSegment.entries(new Random(2), 6, 30)).padded());
    assertThat(repair()).isEqualTo(new RaftLogTail.Report(3, 7, 6, 3, null));
  }

  @Test
  void entryWithAnotherIndexIsRefused() throws IOException {
    Files.move(file("log_inprogress_7"), file("log_inprogress_8"));
    Files.move(file("log_4-6"), file("log_4-7"));
    Files.write(
        file("log_4-7"),
        RatisSegment.of(RatisSegment.entries(new Random(2), 4, 30, 30, 30, 30)).exact());
    assertRefused(file("log_inprogress_8"), 8, "expected entry 8, found entry 7");
  }

  /** Ratis reads no larger ones, with length and checksum, and refuses to start. */
  @Test
  void entryAboveTheLimitIsRefused() throws IOException {
    int size = last.end() - last.offset(1);
    assertThat(RaftLogTail.repair(folder, size).entries()).isEqualTo(9);
    assertThatThrownBy(() -> RaftLogTail.repair(folder, size - 1))
        .isInstanceOf(DamagedLogException.class)
        .hasMessageContaining(
            "offset "
                + last.offset(1)
                + ": expected the length of entry 8, at most "
                + (size - 1)
                + " bytes in all");
  }

  @Test
  void gapBetweenSegmentsIsRefused() throws IOException {
    Files.delete(file("log_4-6"));
    assertRefused(
        file("log_inprogress_7"),
        0,
        "expected a segment that begins with entry 4, after "
            + file("log_0-3")
            + ", found one that begins with entry 7");
  }

  @Test
  void segmentsThatOverlapAreRefused() throws IOException {
    Files.write(file("log_4-4"), second.exact());
    assertRefused(file("log_4-6"), 0, "expected a segment that begins with entry 5");
  }

  @Test
  void segmentAfterTheOpenOneIsRefused() throws IOException {
    Files.write(file("log_inprogress_9"), last.padded());
    assertRefused(
        file("log_inprogress_9"),
        0,
        "no segment after the open one, found " + file("log_inprogress_7"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "log_inprogress_9.bak",
        "log_3-2",
        "log_1-99999999999999999999",
        "log_inprogress_9."
      })
  void nameThatRatisWouldTakeForASegmentIsRefused(String name) throws IOException {
    Files.write(file(name), last.padded());
    assertRefused(file(name), 0, "found " + name);
  }

  @Test
  void otherFilesAreIgnored() throws IOException {
    for (String name :
        new String[] {"raft-meta.conf", "log_0-3.bak", "xlog_0-3", "log_inprogress_"}) {
      Files.write(file(name), new byte[] {1, 2, 3});
    }
    assertThat(repair().entries()).isEqualTo(9);
  }

  /** Nothing is trimmed if there is other damage. */
  @Test
  void tornEntryAfterDamageIsKept() throws IOException {
    byte[] torn = Arrays.copyOf(last.padded(), last.offset(1) + 50);
    Files.write(file("log_inprogress_7"), torn);
    byte[] damaged = first.exact();
    damaged[60] ^= 1;
    Files.write(file("log_0-3"), damaged);
    assertDamaged();
    assertThat(file("log_inprogress_7")).hasBinaryContent(torn);
  }

  @Test
  void messageSaysWhatToDo() throws IOException {
    byte[] damaged = first.exact();
    damaged[first.offset(2) + 20] ^= 1;
    Files.write(file("log_0-3"), damaged);
    assertThatThrownBy(this::repair)
        .hasMessageStartingWith(
            "the Raft log is damaged: "
                + file("log_0-3")
                + ", offset "
                + first.offset(2)
                + ": expected entry 2 with the checksum ")
        .hasMessageContaining(", found one with ")
        .hasMessageContaining("let this server rejoin");
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private RaftLogTail.Report repair() throws IOException {
    return RaftLogTail.repair(folder, RatisSegment.MAX_ENTRY_BYTES);
  }

  private void assertDamaged() {
    assertThatThrownBy(this::repair).isInstanceOf(DamagedLogException.class);
  }

  private void assertRefused(Path file, int offset, String finding) {
    assertThatThrownBy(this::repair)
        .isInstanceOf(DamagedLogException.class)
        .hasMessageContaining(file + ", offset " + offset + ": ")
        .hasMessageContaining(finding);
  }
}
