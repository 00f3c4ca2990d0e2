package io.ratiskv.cli;

import io.ratiskv.service.Member;
import java.util.concurrent.CompletableFuture;

/** Servers that this process has started. */
interface Servers extends AutoCloseable {
  /** Completed when one of them has ended by itself, with what there is to say of it. */
  CompletableFuture<String> oneEnded();

  /** Completed when all of them have ended by themselves. */
  CompletableFuture<?> allEnded();

  /** From now on, tells the person when one ends by itself. */
  void announceEnds();

  /** What there is to know of a server beside its id and where it listens; may be empty. */
  String remark(Member server);

  /** Ends them, giving what is under way a few seconds. */
  @Override
  void close();
}
