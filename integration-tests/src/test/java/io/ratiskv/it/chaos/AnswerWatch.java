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

/**
 * Counts what answers say of the session table. A fence is answered as a duplicate wherever its
 * batch was applied, so a batch that was ever fenced counts no more.
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
    if (answer.hasApplied() && isDuplicate(answer.getApplied())) {
      coverage.count(Event.DUPLICATE);
      String id = ids.get(endpoint);
      long written = answer.getApplied().getResult().getVersion();
      if (id != null && written <= cluster.restoredIndex(id)) {
        coverage.count(Event.DUPLICATE_AFTER_RESTORE);
      }
    } else if (answer.hasRefusal() && answer.getRefusal().getCode() == Code.STALE) {
      coverage.count(Event.STALE);
    }
  }

  private boolean isDuplicate(BatchReply reply) {
    return reply.getDuplicate()
        && !fenced.contains(new Batch(reply.getSession(), reply.getSequence()));
  }
}
