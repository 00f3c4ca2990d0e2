package io.ratiskv.it.chaos;

import io.ratiskv.client.LabNetwork;
import io.ratiskv.it.chaos.Coverage.Event;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts what answers say of the session table. */
final class AnswerWatch implements LabNetwork.Observer {
  private final ChaosCluster cluster;
  private final Coverage coverage;
  private final Map<String, String> ids;

  AnswerWatch(ChaosCluster cluster, Coverage coverage) {
    this.cluster = cluster;
    this.coverage = coverage;
    this.ids = cluster.ids().stream().collect(Collectors.toMap(cluster::endpoint, id -> id));
  }

  @Override
  public void answered(String endpoint, ServerMessage answer) {
    if (answer.hasApplied() && answer.getApplied().getDuplicate()) {
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
}
