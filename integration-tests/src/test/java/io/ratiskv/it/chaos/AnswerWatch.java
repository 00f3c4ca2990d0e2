package io.ratiskv.it.chaos;

import io.ratiskv.client.LabNetwork;
import io.ratiskv.it.chaos.Coverage.Event;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts what answers say of the session table. A fence is answered as a duplicate wherever its
 * batch was applied: a batch that was ever fenced is no duplicate that came again, but its answer
 * was kept all the same.
 */
final class AnswerWatch implements LabNetwork.Observer {
  private final ChaosCluster cluster;
  private final Coverage coverage;
  private final Map<String, String> ids;
  private final Set<Batch> fenced = ConcurrentHashMap.newKeySet();

  private record Batch(long session, long sequence) {}

  AnswerWatch(ChaosCluster cluster, Coverage coverage) {
    this.cluster = cluster;
    this.coverage = coverage;
    this.ids = cluster.ids().stream().collect(Collectors.toMap(cluster::endpoint, id -> id));
  }

  @Override
  public void sent(ClientMessage request) {
    if (request.hasFence()) {
      fenced.add(new Batch(request.getFence().getSession(), request.getFence().getSequence()));
    }
  }

  @Override
  public void answered(String endpoint, ServerMessage answer) {
    if (answer.hasApplied() && answer.getApplied().getDuplicate()) {
      kept(ids.get(endpoint), answer.getApplied());
    } else if (answer.hasRefusal() && answer.getRefusal().getCode() == Code.STALE) {
      coverage.count(Event.STALE);
    }
  }

  private void kept(@Nullable String id, BatchReply reply) {
    if (!fenced.contains(new Batch(reply.getSession(), reply.getSequence()))) {
      coverage.count(Event.DUPLICATE);
    }
    if (id != null && reply.getResult().getVersion() <= cluster.restoredIndex(id)) {
      coverage.count(Event.ANSWER_FROM_SNAPSHOT);
    }
  }
}
