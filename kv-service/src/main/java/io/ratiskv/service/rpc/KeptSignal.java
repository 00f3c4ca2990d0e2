package io.ratiskv.service.rpc;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.util.AwaitForSignal;

/**
 * A signal that stays until it is awaited: one given while nobody waits ends the next wait at once.
 * Ratis's own is gone then, and what it told of waits for the next one or for a heartbeat.
 *
 * <p>Any thread may give it, one awaits it. Several signals before a wait count as one, so who
 * awaits it looks for all there is to do.
 */
final class KeptSignal extends AwaitForSignal {
  private final Lock lock = new ReentrantLock();
  private final Condition given = lock.newCondition();
  private boolean isGiven;

  KeptSignal(Object name) {
    super(name);
  }

  @Override
  public void signal() {
    lock.lock();
    try {
      isGiven = true;
      given.signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void await() throws InterruptedException {
    lock.lock();
    try {
      while (!isGiven) {
        given.await();
      }
      isGiven = false;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the signal was given; false after the time, at once if it isn't positive. */
  @Override
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    lock.lock();
    try {
      long nanos = unit.toNanos(time);
      while (!isGiven && nanos > 0) {
        nanos = given.awaitNanos(nanos);
      }
      boolean wasGiven = isGiven;
      isGiven = false;
      return wasGiven;
    } finally {
      lock.unlock();
    }
  }
}
