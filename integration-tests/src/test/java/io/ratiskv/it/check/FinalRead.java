package io.ratiskv.it.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The get of a key that says what became of all its appends. */
final class FinalRead {

  private FinalRead() {}

  /**
   * The longest of the gets that were called when all acknowledged appends had returned, so that
   * what it lacks was never seen. Null if there is none, or if a get that was called earlier had
   * not returned: it could have seen an append of unknown outcome that came still later.
   */
  static @Nullable Operation of(List<Operation> operations) {
    long appended = Long.MIN_VALUE;
    for (Operation operation : operations) {
      if (operation.isOk() && !operation.isOkGet()) {
        appended = Math.max(appended, operation.endNanos());
      }
    }
    Operation longest = null;
    long otherGets = Long.MIN_VALUE;
    for (Operation operation : operations) {
      if (operation.isOkGet() && operation.callNanos() <= appended) {
        otherGets = Math.max(otherGets, operation.endNanos());
      } else if (operation.isOkGet() && isLonger(operation, longest)) {
        longest = operation;
      }
    }
    return longest == null || longest.callNanos() <= otherGets ? null : longest;
  }

  /** The later one counts as the longer if both are as long. */
  private static boolean isLonger(Operation get, @Nullable Operation other) {
    if (other == null) {
      return true;
    }
    int difference = get.output().value().length() - other.output().value().length();
    return difference > 0 || (difference == 0 && get.callNanos() > other.callNanos());
  }
}
