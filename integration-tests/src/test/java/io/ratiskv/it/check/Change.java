package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import io.ratiskv.it.check.Operation.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes histories that are most likely wrong from ones that are right. */
final class Change {

  private Change() {}

  static Operation answer(Operation old, Status status, Output output) {
    return new Operation(
        old.number(),
        old.client(),
        old.kind(),
        old.key(),
        old.input(),
        old.callNanos(),
        old.returnNanos(),
        status,
        output);
  }

  private static Operation times(Operation old, long call, long end) {
    return new Operation(
        old.number(),
        old.client(),
        old.kind(),
        old.key(),
        old.input(),
        call,
        end,
        old.status(),
        old.output());
  }

  /** Gives one get another value; the same history if it has no get with an answer. */
  static List<Operation> value(List<Operation> history, SplittableRandom random) {
    List<Operation> gets = history.stream().filter(Operation::isOkGet).toList();
    if (gets.isEmpty()) {
      return history;
    }
    Operation get = gets.get(random.nextInt(gets.size()));
    String old = get.output().value();
    String value = otherValue(old, history, random);
    boolean found = value.isEmpty() ? old.isEmpty() && !get.output().found() : true;
    Output output = Output.read(found, value, get.output().version());
    return replace(history, get, answer(get, Status.OK, output));
  }

  private static String otherValue(String old, List<Operation> history, SplittableRandom random) {
    Operation any = history.get(random.nextInt(history.size()));
    int half = old.length() / 2;
    return switch (random.nextInt(6)) {
      case 0 -> "";
      case 1 -> old + any.input();
      case 2 -> any.input();
      case 3 -> any.output().value();
      case 4 -> old.substring(half) + old.substring(0, half);
      default -> old.substring(0, Math.max(0, old.length() - Math.max(1, any.input().length())));
    };
  }

  /** Changes an answer, a status or a time of one operation. */
  static List<Operation> anything(List<Operation> history, SplittableRandom random) {
    Operation any = history.get(random.nextInt(history.size()));
    Output output = any.output();
    return switch (random.nextInt(4)) {
      case 0 -> replace(history, any, answer(any, Status.FAIL, Output.NONE));
      case 1 -> replace(history, any, answer(any, Status.OK, output));
      case 2 -> {
        long call = random.nextLong(20);
        yield replace(history, any, times(any, call, call + random.nextLong(10)));
      }
      default ->
          any.isOk() && any.kind() == Kind.APPEND
              ? replace(
                  history,
                  any,
                  answer(any, Status.OK, Output.appended(Output.UNSAID, 6 * random.nextInt(5))))
              : value(history, random);
    };
  }

  private static List<Operation> replace(List<Operation> history, Operation old, Operation with) {
    List<Operation> changed = new ArrayList<>(history);
    changed.set(history.indexOf(old), with);
    return changed;
  }
}
