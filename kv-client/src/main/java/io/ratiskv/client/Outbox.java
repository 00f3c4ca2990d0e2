package io.ratiskv.client;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is to be done to the transport, in order, by one thread at a time and never under the
 * engine's lock: a message is encoded while other callers go on gathering, and a transport may call
 * back. Whichever thread comes by does the work, that of others included; nobody waits.
 */
final class Outbox {
  private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();

  /** Calls of drain that have not been heeded; whoever raises it from 0 does the work. */
  private final AtomicInteger calls = new AtomicInteger();

  /** Called under the engine's lock, which makes the order. A step must not throw. */
  void add(Runnable step) {
    steps.add(step);
  }

  void drain() {
    if (steps.isEmpty() || calls.getAndIncrement() != 0) {
      return;
    }
    int heeded = 1;
    do {
      for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
        step.run();
      }
      heeded = calls.addAndGet(-heeded);
    } while (heeded != 0);
  }
}
