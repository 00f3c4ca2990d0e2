package io.ratiskv.statemachine.core;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what this thread allocates. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /** What is measured. */
  interface Code {
    void run() throws Exception;
  }

  /** The bytes that {@code code} allocates. */
  static long of(Code code) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    code.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }
}
