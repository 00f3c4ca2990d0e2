package io.ratiskv.it.check;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Looks for an order of one key's operations that agrees with time and with the answers: the search
 * of Wing and Gong (Testing and Verifying Concurrent Objects, 1993), which remembers the
 * configurations it has been in as Lowe's does (Testing for Linearizability, 2017).
 *
 * <p>A configuration is the set of the operations that have their place, and the state that they
 * lead to. A set's hash is the exclusive or of its members' random numbers, so that a step makes
 * the next one from the last.
 *
 * <p>Operations of unknown outcome need no place: they could have it after all others. They are
 * tried last, so that none is used up where it was not needed.
 */
final class KeySearch {
  private static final int MAX_NODES = 4_000_000;
  private static final int STEPS_PER_LOOK_AT_CLOCK = 1024;

  private final List<Operation> operations;
  private final Timeline timeline;
  private final Register register;
  private final SeenSet seen = new SeenSet();
  private final long[] high;
  private final long[] low;

  /** The operations that have their place, and the states that they met. */
  private final int[] placed;

  private final int[] met;
  private int depth;
  private int state = Values.ABSENT;
  private long setHigh;
  private long setLow;
  private int toPlace;
  private final DeadEnd deadEnd;

  /**
   * @param operations of one key; no gets of unknown outcome, and none that failed
   */
  KeySearch(List<Operation> operations) {
    int count = operations.size();
    this.operations = operations;
    this.timeline = new Timeline(operations);
    this.register = new Register(operations);
    this.toPlace = (int) operations.stream().filter(Operation::isOk).count();
    this.placed = new int[count];
    this.met = new int[count];
    this.deadEnd = new DeadEnd(operations, register);
    // Any numbers do; the same each time make a search repeatable.
    SplittableRandom random = new SplittableRandom(count);
    this.high = random.longs(count).toArray();
    this.low = random.longs(count).toArray();
  }

  Verdict run(long maxStates, Duration maxTime) {
    long start = System.nanoTime();
    int operation = timeline.first();
    for (long steps = 1; toPlace > 0; steps++) {
      if (seen.size() > maxStates || register.nodes() > MAX_NODES) {
        return unknown("after " + seen.size() + " states");
      }
      if (steps % STEPS_PER_LOOK_AT_CLOCK == 0 && System.nanoTime() - start > maxTime.toNanos()) {
        return unknown("after " + maxTime);
      }
      if (operation != Timeline.NONE) {
        operation = place(operation) ? timeline.first() : timeline.next(operation);
      } else {
        // One returned, and neither it nor one that was in flight with it can come next.
        deadEnd.note(timeline, placed, depth, state);
        if (depth == 0) {
          return Verdict.notLinearizable(deadEnd.describe());
        }
        operation = timeline.next(takeBack());
      }
    }
    return Verdict.LINEARIZABLE;
  }

  private Verdict unknown(String limit) {
    return Verdict.unknown(
        "gave up key %s with %d operations %s".formatted(key(), operations.size(), limit));
  }

  private String key() {
    return operations.get(0).key();
  }

  /**
   * Gives the operation the next place, unless that can't be or leads where the search has been.
   */
  private boolean place(int operation) {
    int after = register.step(state, operation);
    if (after == Register.REFUSED || isHopeless(operation, after)) {
      return false;
    }
    long newHigh = setHigh ^ high[operation];
    long newLow = setLow ^ low[operation];
    if (!seen.add(newHigh ^ mix(after), newLow ^ mix(~after))) {
      return false;
    }
    timeline.lift(operation);
    placed[depth] = operation;
    met[depth] = state;
    depth++;
    setHigh = newHigh;
    setLow = newLow;
    state = after;
    toPlace -= operations.get(operation).isOk() ? 1 : 0;
    return true;
  }

  /**
   * Whether the operation that must come before the next ones are even called can't follow. Until
   * it does, the value only grows, but by a put that was called by now. Without this, a get that
   * contradicts a choice made long before is tried after every order of the unknown appends.
   */
  private boolean isHopeless(int operation, int after) {
    int goal = timeline.firstReturned();
    if (goal == operation || register.mayLeadTo(after, goal)) {
      return false;
    }
    for (int one = timeline.first(); one != Timeline.NONE; one = timeline.next(one)) {
      if (one != operation && register.isPutThatMayLeadTo(one, goal)) {
        return false;
      }
    }
    return true;
  }

  /** Takes its place from the last operation that was given one. */
  private int takeBack() {
    depth--;
    int operation = placed[depth];
    state = met[depth];
    setHigh ^= high[operation];
    setLow ^= low[operation];
    timeline.unlift(operation);
    toPlace += operations.get(operation).isOk() ? 1 : 0;
    return operation;
  }

  /** Spreads a small number over 64 bits; the multipliers are those of SplittableRandom. */
  private static long mix(int number) {
    long z = number * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
