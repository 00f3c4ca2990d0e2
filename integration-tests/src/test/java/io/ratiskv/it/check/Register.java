package io.ratiskv.it.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ratiskv.it.check.Operation.Kind;
import java.util.List;

/**
 * What one key does when it is called: the model that histories are held against. Its states are
 * {@link Values}.
 */
final class Register {
  /** No state: the operation can't have been answered so in the state that it met. */
  static final int REFUSED = -1;

  private final Values values = new Values();
  private final Kind[] kinds;
  private final byte[][] inputs;
  private final int[] lengths;

  /** What a get read or a put puts. */
  private final int[] whole;

  Register(List<Operation> operations) {
    int count = operations.size();
    kinds = new Kind[count];
    inputs = new byte[count][];
    lengths = new int[count];
    whole = new int[count];
    for (int i = 0; i < count; i++) {
      Operation operation = operations.get(i);
      Output output = operation.output();
      kinds[i] = operation.kind();
      inputs[i] = operation.input().getBytes(UTF_8);
      lengths[i] = output.length();
      whole[i] =
          switch (operation.kind()) {
            case GET -> output.found() ? values.of(output.value().getBytes(UTF_8)) : Values.ABSENT;
            case PUT -> values.of(inputs[i]);
            case APPEND -> Values.ABSENT;
          };
    }
  }

  /** The state after the operation, or {@link #REFUSED}. */
  int step(int state, int operation) {
    return switch (kinds[operation]) {
      case GET -> state == whole[operation] ? state : REFUSED;
      case PUT -> whole[operation];
      case APPEND -> append(state, operation);
    };
  }

  private int append(int state, int operation) {
    byte[] tail = inputs[operation];
    int length = lengths[operation];
    if (length != Output.UNSAID && length != values.length(state) + tail.length) {
      return REFUSED;
    }
    return values.append(state, tail);
  }

  /** Whether, as far as one can see, appends could lead from the state to one the goal can meet. */
  boolean mayLeadTo(int state, int goal) {
    return switch (kinds[goal]) {
      case GET -> values.isPrefix(state, whole[goal]);
      case PUT -> true;
      case APPEND ->
          lengths[goal] == Output.UNSAID
              || values.length(state) <= lengths[goal] - inputs[goal].length;
    };
  }

  boolean isPutThatMayLeadTo(int operation, int goal) {
    return kinds[operation] == Kind.PUT && mayLeadTo(whole[operation], goal);
  }

  /** How much memory the states take, in nodes of about 17 bytes. */
  int nodes() {
    return values.size();
  }

  String describe(int state) {
    return values.describe(state);
  }
}
