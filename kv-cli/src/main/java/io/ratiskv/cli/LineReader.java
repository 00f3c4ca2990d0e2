package io.ratiskv.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Takes a stream of any bytes apart at its line feeds. A line has its line feed; the last one may
 * have none. Holds one line at most, and hands it out as soon as it is there.
 */
final class LineReader {
  /** The next line is longer than it may be. */
  static final class LineTooLongException extends IOException {
    private static final long serialVersionUID = 1;

    LineTooLongException(long line, int maxBytes) {
      super("line " + line + " is longer than " + maxBytes + " bytes");
    }
  }

  private static final int CHUNK_BYTES = 16 << 10;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private int position;
  private int end;
  private long linesRead;

  /**
   * @param maxBytes of a line, with its line feed
   */
  LineReader(InputStream in, int maxBytes) {
    this.in = in;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads the next line.
   *
   * @return empty at the end
   * @throws LineTooLongException if it is too long; there is no going on after that
   */
  Optional<byte[]> next() throws IOException {
    line.reset();
    while (position < end || fill()) {
      int next = afterLineFeed();
      take(next);
      if (chunk[next - 1] == '\n') {
        return Optional.of(finished());
      }
    }
    return line.size() == 0 ? Optional.empty() : Optional.of(finished());
  }

  /** How many lines {@link #next} has returned. */
  long linesRead() {
    return linesRead;
  }

  private boolean fill() throws IOException {
    position = 0;
    end = Math.max(0, in.read(chunk));
    return end > 0;
  }

  /** The end of the chunk, if it has no more line feeds. */
  private int afterLineFeed() {
    int next = position;
    while (next < end) {
      if (chunk[next++] == '\n') {
        return next;
      }
    }
    return next;
  }

  private void take(int next) throws LineTooLongException {
    if (line.size() + next - position > maxBytes) {
      throw new LineTooLongException(linesRead + 1, maxBytes);
    }
    line.write(chunk, position, next - position);
    position = next;
  }

  private byte[] finished() {
    linesRead++;
    return line.toByteArray();
  }
}
