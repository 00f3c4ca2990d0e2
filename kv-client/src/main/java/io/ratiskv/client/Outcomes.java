package io.ratiskv.client;

import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.OperationRefusal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of writes whose callers weren't told: the servers drop their replies as soon as the
 * client has them. The newest so many are kept. Guarded by the engine's lock.
 */
final class Outcomes {
  static final int MAX_KEPT = 1024;

  private final Map<RequestId, Resolution> kept = new LinkedHashMap<>();
  private boolean welcomed;
  private long epoch;

  /** In another life of the cluster what was known may not be so. */
  void welcomed(long toEpoch) {
    if (welcomed && toEpoch != epoch) {
      kept.clear();
    }
    welcomed = true;
    epoch = toEpoch;
  }

  /** Keeps facts alone: who is told that a write is lost may ask again. */
  void remember(RequestId id, Resolution resolution) {
    if (resolution instanceof Resolution.Lost) {
      return;
    }
    kept.putIfAbsent(id, resolution);
    if (kept.size() > MAX_KEPT) {
      kept.remove(kept.keySet().iterator().next());
    }
  }

  @Nullable Resolution find(RequestId id) {
    return kept.get(id);
  }

  /** What the result of a batch says of its write in that place. */
  static Resolution of(BatchResult result, int position) {
    if (position >= result.getLengthsCount()) {
      return new Resolution.Lost(
          "there is no position " + position + " in a request of " + result.getLengthsCount());
    }
    for (OperationRefusal refusal : result.getRefusalsList()) {
      if (refusal.getPosition() == position) {
        return Refusals.resolution(refusal);
      }
    }
    return new Resolution.Applied(result.getVersion(), result.getLengths(position));
  }
}
