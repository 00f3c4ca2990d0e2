package io.ratiskv.cli;

import io.ratiskv.client.AppendResult;
import io.ratiskv.client.KvException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * Appends lines, many under way at a time. After a line that failed no more are sent; those that
 * were sent are waited for, since each may take effect for itself. For one thread, and one use.
 */
final class LineAppends {
  /** Fewer than the client takes (16,384 and 64 MiB), so that it never refuses one. */
  private static final int MAX_PENDING_LINES = 4096;

  private static final int MAX_PENDING_BYTES = 16 << 20;

  private record Sent(long line, int bytes, CompletableFuture<AppendResult> result) {}

  private final Function<byte[], CompletableFuture<AppendResult>> append;
  private final LineReader lines;
  private final ArrayDeque<Sent> pending = new ArrayDeque<>();
  private final LineTally tally = new LineTally();
  private long pendingBytes;

  /**
   * @param append called in the order of the lines
   */
  LineAppends(Function<byte[], CompletableFuture<AppendResult>> append, LineReader lines) {
    this.append = append;
    this.lines = lines;
  }

  /** Returns when there is nothing more to send and each line that was sent is settled. */
  LineTally run() {
    try {
      Optional<byte[]> line = lines.next();
      while (line.isPresent() && makeRoom(line.get().length)) {
        send(line.get());
        line = lines.next();
      }
    } catch (IOException e) {
      tally.unreadable(e);
    }
    while (!pending.isEmpty()) {
      settleOldest();
    }
    return tally;
  }

  /** Settles what is answered, and waits for as much as there has to be. False after a failure. */
  private boolean makeRoom(int bytes) {
    while (!pending.isEmpty() && (isFull(bytes) || pending.element().result().isDone())) {
      settleOldest();
    }
    return !tally.hasFailure();
  }

  private boolean isFull(int bytes) {
    return pending.size() >= MAX_PENDING_LINES || pendingBytes + bytes > MAX_PENDING_BYTES;
  }

  private void send(byte[] line) {
    pending.add(new Sent(lines.linesRead(), line.length, append.apply(line)));
    pendingBytes += line.length;
  }

  private void settleOldest() {
    Sent oldest = pending.remove();
    pendingBytes -= oldest.bytes();
    try {
      tally.applied(oldest.bytes(), oldest.result().get());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof KvException failure)) {
        throw new IllegalStateException(e);
      }
      tally.failed(oldest.line(), failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(
          ExitCode.UNKNOWN, "interrupted; unknown which lines were appended", e);
    }
  }
}
