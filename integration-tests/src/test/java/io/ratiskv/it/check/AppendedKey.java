package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import io.ratiskv.it.check.Operation.Status;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The appends and gets of one key, held against its final value. */
final class AppendedKey {
  private final String key;
  private final List<Operation> operations;

  /** The appends to all keys, by token. */
  private final Map<String, Operation> appends;

  private final Violations found;

  /** Where each token of the final value ends. */
  private final Map<String, Integer> ends = new HashMap<>();

  AppendedKey(
      String key, List<Operation> operations, Map<String, Operation> appends, Violations found) {
    this.key = key;
    this.operations = operations;
    this.appends = appends;
    this.found = found;
  }

  void check(boolean clientOrder) {
    Operation last = FinalRead.of(operations);
    if (last == null) {
      found.add(Violation.Kind.NO_FINAL_READ, "no get after all that was acknowledged");
      return;
    }
    checkTokens(last);
    String value = last.output().value();
    int end = 0;
    for (String token : Token.split(value)) {
      end += token.length();
      ends.put(token, end);
    }
    for (Operation operation : operations) {
      if (operation.isOk()) {
        checkAnswer(operation, last);
      }
    }
    if (found.isEmpty()) {
      // The order of the appends is known now, and each answer has its place in it.
      AppendOrder order = new AppendOrder(operations, ends, found);
      order.checkTime();
      order.checkVersions();
      if (clientOrder) {
        order.checkClients();
      }
    }
  }

  private void checkAnswer(Operation operation, Operation last) {
    if (operation.kind() == Kind.GET) {
      checkRead(operation, last);
      return;
    }
    Integer end = ends.get(operation.input());
    int length = operation.output().length();
    if (end == null) {
      found.add(Violation.Kind.LOST, "acknowledged and not in the final value", operation, last);
    } else if (length != Output.UNSAID && length != end) {
      String what = "the value's length after it was " + end + ", and it was told " + length;
      found.add(Violation.Kind.WRONG_LENGTH, what, operation, last);
    }
  }

  private void checkRead(Operation get, Operation last) {
    String value = get.output().value();
    String whole = last.output().value();
    boolean prefix = whole.startsWith(value) && (value.isEmpty() || value.endsWith("]"));
    if (get.equals(last) || (prefix && get.output().found() == !value.isEmpty())) {
      return;
    }
    if (checkTokens(get)) {
      checkOrder(get, last);
    }
  }

  /** Whether each token of the get was appended to this key, could be there, and is there once. */
  private boolean checkTokens(Operation get) {
    String value = get.output().value();
    if (get.output().found() && value.isEmpty()) {
      found.add(Violation.Kind.FROM_NOWHERE, "a value without a token", get);
      return false;
    }
    boolean fine = true;
    Set<String> met = new HashSet<>();
    for (String token : Token.split(value)) {
      fine &= checkToken(token, get, met);
    }
    return fine;
  }

  private boolean checkToken(String token, Operation get, Set<String> met) {
    Operation append = appends.get(token);
    if (append == null) {
      String what = Token.isToken(token) ? token + " was never appended" : "no token: " + token;
      found.add(Violation.Kind.FROM_NOWHERE, what, get);
    } else if (!append.key().equals(key)) {
      found.add(Violation.Kind.OTHER_KEY, token + " belongs elsewhere", append, get);
    } else if (append.status() == Status.FAIL) {
      found.add(Violation.Kind.FAILED_APPLIED, token + " failed and is there", append, get);
    } else if (!met.add(token)) {
      found.add(Violation.Kind.DOUBLED, token + " stands twice", append, get);
    } else {
      return true;
    }
    return false;
  }

  /** Of a get with good tokens that is not how the final value begins. */
  private void checkOrder(Operation get, Operation last) {
    int before = 0;
    for (String token : Token.split(get.output().value())) {
      Integer end = ends.get(token);
      if (end == null) {
        String what = token + " was read and is not in the final value";
        found.add(Violation.Kind.LOST, what, appends.get(token), get, last);
        return;
      }
      if (end < before) {
        String what = token + " stands elsewhere in the final value";
        found.add(Violation.Kind.READ_REORDERED, what, get, last);
        return;
      }
      before = end;
    }
    found.add(Violation.Kind.NON_PREFIX_READ, "it skips tokens of the final value", get, last);
  }
}
