package io.ratiskv.service;

import static java.util.Objects.requireNonNull;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.service.metrics.Counter;
import io.ratiskv.service.metrics.Histogram;
import io.ratiskv.service.metrics.Metrics;
import io.ratiskv.statemachine.core.Reply;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts what clients asked of this server and what became of it, and how long it took from the
 * coming of the request to its answer. Once for a request, which may hold many operations. Any
 * thread may call.
 */
final class RequestMetrics {
  private final Map<Kind, Of> kinds = new EnumMap<>(Kind.class);
  private final Counter keysRead;

  /** What is asked for. */
  enum Kind {
    BATCH,
    READ,
    OPEN,
    CLOSE,
    FENCE;

    static Kind of(Command command) {
      return switch (command.getKindCase()) {
        case BATCH -> BATCH;
        case OPEN -> OPEN;
        case FENCE -> FENCE;
        default -> CLOSE;
      };
    }
  }

  /** What became of it. */
  enum Outcome {
    DONE,
    /** It had been done before; the stored reply. */
    DUPLICATE,
    /** Another server leads, or none. */
    NOT_LEADER,
    /** Too much was pending. */
    OVERLOADED,
    UNAVAILABLE,
    /** It was handed to Raft, and may still take effect. */
    UNKNOWN,
    /** The session table's word: expired, out of order and so on. */
    SESSION,
    /** The request was wrong. */
    INVALID;

    static Outcome of(Code code) {
      return switch (code) {
        case NOT_LEADER -> NOT_LEADER;
        case OVERLOADED -> OVERLOADED;
        case UNAVAILABLE -> UNAVAILABLE;
        default -> code.getNumber() < Code.MALFORMED_VALUE ? SESSION : INVALID;
      };
    }
  }

  /** Those of one kind. */
  private static final class Of {
    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final Histogram times;

    Of(Metrics metrics, Kind kind) {
      String label = kind.name().toLowerCase(Locale.ROOT);
      for (Outcome outcome : Outcome.values()) {
        outcomes.put(outcome, counter(metrics, label, outcome));
      }
      times =
          metrics.histogram(
              "ratiskv_request_seconds",
              "From the coming of a client's request to its answer, refusals too.",
              "kind",
              label);
    }

    private static Counter counter(Metrics metrics, String kind, Outcome outcome) {
      return metrics.counter(
          "ratiskv_requests_total",
          "Requests of clients that were answered, by kind and outcome; a batch holds many"
              + " operations.",
          "kind",
          kind,
          "outcome",
          outcome.name().toLowerCase(Locale.ROOT));
    }

    void ended(Outcome outcome, long arrived) {
      requireNonNull(outcomes.get(outcome)).add();
      times.record(System.nanoTime() - arrived);
    }
  }

  RequestMetrics(Metrics metrics) {
    for (Kind kind : Kind.values()) {
      kinds.put(kind, new Of(metrics, kind));
    }
    keysRead = metrics.counter("ratiskv_read_keys_total", "Keys that were read for clients.");
  }

  /** Whose counts nobody looks at. */
  static RequestMetrics unseen() {
    return new RequestMetrics(new Metrics());
  }

  void replied(Request.ClientWrite write, Reply reply) {
    Outcome outcome = Outcome.DONE;
    if (reply instanceof Reply.Refused refused) {
      outcome = Outcome.of(refused.code());
    } else if (reply instanceof Reply.Applied applied && applied.duplicate()) {
      outcome = Outcome.DUPLICATE;
    }
    of(Kind.of(write.command())).ended(outcome, write.arrived());
  }

  void answered(Request.Reading reading) {
    keysRead.add(reading.read().getKeysCount());
    of(Kind.READ).ended(Outcome.DONE, reading.arrived());
  }

  void refused(Request.ClientWrite write, Refusal.Builder refusal) {
    Outcome outcome = refusal.getUnknown() ? Outcome.UNKNOWN : Outcome.of(refusal.getCode());
    of(Kind.of(write.command())).ended(outcome, write.arrived());
  }

  void refused(Request.Reading reading, Refusal.Builder refusal) {
    of(Kind.READ).ended(Outcome.of(refusal.getCode()), reading.arrived());
  }

  /** Keys read so far. */
  long keysRead() {
    return keysRead.value();
  }

  private Of of(Kind kind) {
    return requireNonNull(kinds.get(kind));
  }
}
