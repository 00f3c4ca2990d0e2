package io.ratiskv.statemachine.core;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.statemachine.core.SimCoverage.Event;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what the committed entries do, as the model says. */
final class SimEffects {
  private final SimRun run;
  private final SimLog log;
  private final SimModel model;

  /** By session: whether a batch, and not an open, was the last that was heard of it. */
  private final Map<Long, Boolean> lastWasBatch = new HashMap<>();

  private final Set<Long> opened = new HashSet<>();
  private final Set<List<Long>> fences = new HashSet<>();

  SimEffects(SimRun run, SimLog log, SimModel model) {
    this.run = run;
    this.log = log;
    this.model = model;
  }

  void count(SimEntry entry, List<SimAnswer> answers) {
    for (int i = 0; i < answers.size(); i++) {
      count(entry, entry.commands.get(i), answers.get(i));
    }
    countKinds(entry);
  }

  private void countKinds(SimEntry entry) {
    int opens = 0;
    int fences = 0;
    int batches = 0;
    Set<Integer> clients = new HashSet<>();
    for (SimMessage request : entry.requests) {
      clients.add(request.client());
      opens += request.command().hasOpen() ? 1 : 0;
      fences += request.command().hasFence() ? 1 : 0;
      batches += request.command().hasBatch() ? 1 : 0;
    }
    countIf(opens > 1, Event.ENTRY_OF_SEVERAL_OPENS);
    countIf(fences > 0 && batches > 0, Event.ENTRY_OF_BATCH_AND_FENCE);
    countIf(clients.size() > 1, Event.ENTRY_OF_SEVERAL_CLIENTS);
    countIf(entry.bytes != null && entry.commands.isEmpty(), Event.BARRIER);
  }

  private void count(SimEntry entry, Command command, SimAnswer answer) {
    switch (answer.kind()) {
      case OPENED -> {
        lastWasBatch.put(answer.first(), false);
        countIf(!opened.add(answer.first()), Event.SESSION_REOPENED);
      }
      case APPLIED -> {
        lastWasBatch.put(answer.first(), true);
        run.count(Event.BATCH_APPLIED);
        countIf(model.kept(answer.first()) == Limits.SESSION_WINDOW, Event.WINDOW_FULL);
      }
      case DUPLICATE -> {
        lastWasBatch.put(answer.first(), true);
        countDuplicate(entry, command, answer);
      }
      case FENCED -> fenced(command);
      case CLOSED -> run.count(Event.SESSION_CLOSED);
      case EXPIRED -> run.count(Event.SESSION_EXPIRED);
      case NOT_EXPIRED -> countSurvivor(answer.first());
      case CONFIGURED -> run.count(Event.PARAMETERS_CHANGED);
      case REFUSED -> countRefusal(command, answer.code());
    }
  }

  private void fenced(Command command) {
    List<Long> number = List.of(command.getFence().getSession(), command.getFence().getSequence());
    run.count(fences.add(number) ? Event.FENCE_BEFORE_BATCH : Event.FENCE_TWICE);
  }

  private void countDuplicate(SimEntry entry, Command command, SimAnswer answer) {
    if (command.hasFence()) {
      run.count(Event.FENCE_AFTER_BATCH);
      return;
    }
    long version = version(answer);
    run.count(Event.DUPLICATE);
    countIf(version == entry.index, Event.DUPLICATE_IN_SAME_ENTRY);
    countIf(log.entry(version).term < entry.term, Event.DUPLICATE_TO_LATER_TERM);
  }

  /** The index of the entry in which the batch was executed. */
  static long version(SimAnswer answer) {
    try {
      return BatchResult.parseFrom(answer.result()).getVersion();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a result that can't be read", e);
    }
  }

  private void countSurvivor(long session) {
    if (model.isOpen(session)) {
      boolean batch = lastWasBatch.getOrDefault(session, false);
      run.count(batch ? Event.WRITE_BEFORE_EXPIRY : Event.OPEN_BEFORE_EXPIRY);
    }
  }

  private void countRefusal(Command command, Code code) {
    boolean fence = command.hasFence();
    switch (code) {
      case STALE -> run.count(Event.STALE);
      case OUT_OF_ORDER -> run.count(fence ? Event.FENCE_OUT_OF_ORDER : Event.OUT_OF_ORDER);
      case WINDOW_EXCEEDED -> countIf(!fence, Event.BATCH_WINDOW_EXCEEDED);
      case SEQUENCE_REUSED -> run.count(Event.SEQUENCE_REUSED);
      case DENIED -> run.count(Event.DENIED);
      case FENCED -> run.count(Event.FENCED_BATCH_REFUSED);
      case SESSION_EXPIRED ->
          countIf(model.hasExpired(command.getBatch().getSession()), Event.EXPIRY_BEFORE_WRITE);
      default -> throw new AssertionError("the model refuses nothing with " + code);
    }
  }

  private void countIf(boolean happened, Event event) {
    if (happened) {
      run.count(event);
    }
  }
}
