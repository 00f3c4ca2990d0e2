package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import io.ratiskv.it.check.Operation.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Histories made by hand: operations of client 1, 2, ... from one time to another. */
final class Script {
  private final List<Operation> operations = new ArrayList<>();

  Script put(int client, String key, String value, long call, long end) {
    return add(client, Kind.PUT, key, value, call, end, Output.put(Output.UNSAID));
  }

  Script append(int client, String key, String tail, long call, long end) {
    Output output = Output.appended(Output.UNSAID, Output.UNSAID);
    return add(client, Kind.APPEND, key, tail, call, end, output);
  }

  /** A null value was not found. */
  Script get(int client, String key, @Nullable String value, long call, long end) {
    Output output = Output.read(value != null, value == null ? "" : value, Output.UNSAID);
    return add(client, Kind.GET, key, "", call, end, output);
  }

  private Script add(
      int client, Kind kind, String key, String input, long call, long end, Output output) {
    int number = operations.size();
    operations.add(new Operation(number, client, kind, key, input, call, end, Status.OK, output));
    return this;
  }

  /** The last operation had no answer. */
  Script unknown() {
    return replaceLast(Status.INFO, Output.NONE);
  }

  /** The last operation failed. */
  Script failed() {
    return replaceLast(Status.FAIL, Output.NONE);
  }

  /** The last append was told this length. */
  Script length(int length) {
    Output old = last().output();
    return replaceLast(Status.OK, new Output(old.found(), old.value(), old.version(), length));
  }

  /** The last operation was told this version. */
  Script version(long version) {
    Output old = last().output();
    return replaceLast(Status.OK, new Output(old.found(), old.value(), version, old.length()));
  }

  private Operation last() {
    return operations.get(operations.size() - 1);
  }

  private Script replaceLast(Status status, Output output) {
    operations.set(operations.size() - 1, Change.answer(last(), status, output));
    return this;
  }

  List<Operation> operations() {
    return List.copyOf(operations);
  }
}
