package io.ratiskv.cli.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** Writes each key that will be read. */
final class Loader {
  private static final int OUTSTANDING = 256;

  private Loader() {}

  /**
   * Returns when all are written.
   *
   * @throws CompletionException with the first failure
   */
  static void load(Workload workload, List<Target> targets) throws InterruptedException {
    Semaphore free = new Semaphore(OUTSTANDING);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (int key = 0; key < workload.keys() && failure.get() == null; key++) {
      free.acquire();
      CompletableFuture<?> written = workload.load(key, targets.get(key % targets.size()));
      var unused =
          written.whenComplete(
              (result, problem) -> {
                failure.compareAndSet(null, problem);
                free.release();
              });
    }
    free.acquire(OUTSTANDING);
    Throwable first = failure.get();
    if (first != null) {
      throw new CompletionException(first);
    }
  }
}
