package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import io.ratiskv.it.check.Operation.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Makes linearizable histories: clients whose operations overlap call an atomic store, which does
 * each one at a random instant between its call and its return. Of those without an answer some are
 * done late, and some never; failed ones never.
 */
final class Simulation {
  /** What the clients do, with chances in percent. */
  record Plan(
      int clients,
      int keys,
      int operations,
      int getPercent,
      int putPercent,
      int unknownPercent,
      int failedPercent,
      boolean tokens) {

    /** For {@link BruteForce}: many times are equal, and so are many values. */
    static Plan tiny(boolean tokens) {
      return new Plan(3, tokens ? 1 : 2, 5, 40, tokens ? 0 : 25, 20, 10, tokens);
    }

    /** As a test of a cluster makes them. */
    static Plan usual(int operations, int keys, boolean tokens) {
      return new Plan(16, keys, operations, 30, tokens ? 0 : 10, 2, 1, tokens);
    }
  }

  /** An operation and the instant at which the store does it. */
  private record Step(Operation operation, double instant) {}

  private static final double NEVER_DONE = Double.POSITIVE_INFINITY;
  private static final int LONGEST_CALL = 6;

  private final Plan plan;
  private final SplittableRandom random;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, String> store = new HashMap<>();
  private final Map<String, Long> versions = new HashMap<>();

  /** The index in the log; several writes may share one. */
  private long index = 1;

  private long end;

  private Simulation(Plan plan, SplittableRandom random) {
    this.plan = plan;
    this.random = random;
  }

  /** A history in which the last operations are one get for each key. */
  static List<Operation> run(Plan plan, SplittableRandom random) {
    return new Simulation(plan, random).run();
  }

  private List<Operation> run() {
    long[] clock = new long[plan.clients()];
    for (int i = 0; i < plan.operations(); i++) {
      int client = random.nextInt(plan.clients());
      long call = clock[client] + random.nextLong(3);
      long returned = call + random.nextLong(LONGEST_CALL);
      clock[client] = returned;
      end = Math.max(end, returned);
      call(client, call, returned);
    }
    for (int key = 0; key < plan.keys(); key++) {
      Operation get =
          new Operation(
              steps.size(),
              plan.clients(),
              Kind.GET,
              "k" + key,
              "",
              end + 1,
              end + 1,
              Status.OK,
              Output.NONE);
      steps.add(new Step(get, end + 1));
    }
    List<Step> byInstant = new ArrayList<>(steps);
    byInstant.sort(Comparator.comparingDouble(Step::instant));
    return byInstant.stream()
        .map(step -> step.instant() == NEVER_DONE ? step.operation() : answer(step.operation()))
        .sorted(Comparator.comparingInt(Operation::number))
        .toList();
  }

  private void call(int client, long call, long returned) {
    Kind kind = kind();
    Status status = status();
    String key = "k" + random.nextInt(plan.keys());
    Operation operation =
        new Operation(
            steps.size(),
            client,
            kind,
            key,
            input(kind, client),
            call,
            returned,
            status,
            Output.NONE);
    steps.add(new Step(operation, instant(status, call, returned)));
  }

  private Kind kind() {
    int percent = random.nextInt(100);
    return percent < plan.getPercent()
        ? Kind.GET
        : percent < plan.getPercent() + plan.putPercent() ? Kind.PUT : Kind.APPEND;
  }

  private Status status() {
    int percent = random.nextInt(100);
    return percent < plan.unknownPercent()
        ? Status.INFO
        : percent < plan.unknownPercent() + plan.failedPercent() ? Status.FAIL : Status.OK;
  }

  private String input(Kind kind, int client) {
    return kind == Kind.GET
        ? ""
        : plan.tokens() ? Token.of(client, steps.size()) : random.nextBoolean() ? "a" : "b";
  }

  private double instant(Status status, long call, long returned) {
    return switch (status) {
      case OK -> call + random.nextDouble() * (returned - call);
      case INFO -> random.nextBoolean() ? NEVER_DONE : call + random.nextDouble() * 20;
      case FAIL -> NEVER_DONE;
    };
  }

  private Operation answer(Operation operation) {
    String key = operation.key();
    if (operation.kind() != Kind.GET) {
      index += random.nextInt(3) == 0 ? 0 : 1;
      versions.put(key, index);
    }
    if (operation.kind() == Kind.PUT) {
      store.put(key, operation.input());
    } else if (operation.kind() == Kind.APPEND) {
      store.merge(key, operation.input(), String::concat);
    }
    String value = store.get(key);
    long version = versions.getOrDefault(key, 0L);
    if (operation.status() != Status.OK) {
      return operation;
    }
    Output output =
        switch (operation.kind()) {
          case GET -> Output.read(value != null, value == null ? "" : value, version);
          case PUT -> Output.put(version);
          case APPEND -> Output.appended(version, value.length());
        };
    return Change.answer(operation, Status.OK, output);
  }
}
