package io.ratiskv.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How writes come by other numbers than those that they were sent under: when the rules deny a
 * batch of several, which may be for the sake of one. Guarded by the engine's lock.
 *
 * <p>Fences use up its number and those behind it. What they prove never to be applied then waits
 * again, in its order, and what was denied together in smaller company, until it is clear what is
 * forbidden. An id that is known outside names its write for good: where there is such a one, only
 * the batch that was denied is fenced, and fails as a whole.
 */
final class Recall {
  private final Completions completions;

  /** What was fenced, by the numbers that it had. */
  private final TreeMap<Long, List<PendingWrite<?>>> free = new TreeMap<>();

  /** A batch that was recalled and was applied all the same; what was before it doesn't follow. */
  private long lastApplied;

  Recall(Completions completions) {
    this.completions = completions;
  }

  /** A batch was denied. */
  static void begin(Session session, WriteBatch denied) {
    if (!denied.isDeniedTogether() || denied.isRecalled()) {
      return;
    }
    List<WriteBatch> batches = session.from(denied);
    if (batches.stream().allMatch(batch -> batch.isRecalled() || batch.hide())) {
      batches.forEach(WriteBatch::recall);
    } else {
      batches.stream().filter(batch -> !batch.isRecalled()).forEach(WriteBatch::show);
    }
  }

  boolean isEmpty() {
    return free.isEmpty();
  }

  void applied(WriteBatch batch) {
    if (batch.isRecalled()) {
      lastApplied = Math.max(lastApplied, batch.sequence());
    }
  }

  /** The writes of a batch that is settled by a fence which are to be sent again. */
  List<PendingWrite<?>> fenced(WriteBatch batch) {
    List<PendingWrite<?>> writes = batch.free();
    if (!writes.isEmpty()) {
      free.put(batch.sequence(), writes);
    }
    return writes;
  }

  /** Once the last of them is settled. */
  void endIfDone(Session session, WriteQueue queue) {
    if (session.isAnyRecalled()) {
      return;
    }
    List<PendingWrite<?>> again = new ArrayList<>();
    for (Map.Entry<Long, List<PendingWrite<?>>> entry : free.entrySet()) {
      if (entry.getKey() > lastApplied) {
        again.addAll(entry.getValue());
      } else {
        fail(entry.getValue());
      }
    }
    free.clear();
    lastApplied = 0;
    queue.putBack(again);
  }

  private void fail(List<PendingWrite<?>> writes) {
    for (PendingWrite<?> write : writes) {
      completions.fail(
          write,
          (call, outcome) ->
              new FencedException(
                  call.name() + ": overtaken while what it travelled with was denied", outcome),
          Outcome.NOT_APPLIED);
    }
  }

  /** Those that are free, and that the test says, fail. */
  void fail(Failure failure, Predicate<PendingCall<?>> test) {
    free.replaceAll(
        (number, writes) -> {
          List<PendingWrite<?>> rest = new ArrayList<>();
          for (PendingWrite<?> write : writes) {
            if (test.test(write)) {
              completions.fail(write, failure, Outcome.NOT_APPLIED);
            } else {
              rest.add(write);
            }
          }
          return rest;
        });
  }
}
