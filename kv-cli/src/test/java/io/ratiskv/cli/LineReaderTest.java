package io.ratiskv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  @Test
  void aLineHasItsLineFeed() throws IOException {
    assertThat(lines("one\ntwo\n", 100)).containsExactly("one\n", "two\n");
  }

  @Test
  void theLastLineMayHaveNone() throws IOException {
    assertThat(lines("one\ntwo", 100)).containsExactly("one\n", "two");
  }

  @Test
  void emptyLinesAreLines() throws IOException {
    assertThat(lines("\n\nx\n\n", 100)).containsExactly("\n", "\n", "x\n", "\n");
    assertThat(lines("", 100)).isEmpty();
  }

  @Test
  void anyBytesStayAsTheyAre() throws IOException {
    byte[] bytes = new byte[200_000];
    new Random(7).nextBytes(bytes);
    LineReader reader = new LineReader(new ByteArrayInputStream(bytes), bytes.length);
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
      joined.write(line.get());
    }
    assertThat(joined.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void aLineOfTheGreatestLengthIsTaken() throws IOException {
    String line = "x".repeat(39_999) + "\n";
    assertThat(lines(line + line, 40_000)).containsExactly(line, line);
  }

  @Test
  void aLongerLineIsNamedByItsNumber() throws IOException {
    LineReader reader = reader("one\n" + "x".repeat(40_000) + "\n", 40_000);
    assertThat(reader.next()).isPresent();
    assertThatThrownBy(reader::next)
        .isInstanceOf(LineReader.LineTooLongException.class)
        .hasMessage("line 2 is longer than 40000 bytes");
  }

  @Test
  void aLineIsThereBeforeTheNextHasBegun() throws IOException {
    InputStream blocks =
        new InputStream() {
          private boolean read;

          @Override
          public int read() {
            throw new AssertionError("byte by byte");
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            if (read) {
              throw new AssertionError("would block");
            }
            read = true;
            into[offset] = '\n';
            return 1;
          }
        };
    assertThat(new LineReader(blocks, 10).next()).hasValue(new byte[] {'\n'});
  }

  private static LineReader reader(String text, int maxBytes) {
    return new LineReader(new ByteArrayInputStream(text.getBytes(ISO_8859_1)), maxBytes);
  }

  private static List<String> lines(String text, int maxBytes) throws IOException {
    LineReader reader = reader(text, maxBytes);
    List<String> lines = new ArrayList<>();
    for (Optional<byte[]> line = reader.next(); line.isPresent(); line = reader.next()) {
      lines.add(new String(line.get(), ISO_8859_1));
    }
    assertThat(reader.linesRead()).isEqualTo(lines.size());
    return lines;
  }
}
