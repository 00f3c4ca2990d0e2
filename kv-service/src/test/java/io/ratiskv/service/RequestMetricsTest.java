package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.service.metrics.Metrics;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.Reply;
import org.junit.jupiter.api.Test;

class RequestMetricsTest {
  private final Metrics metrics = new Metrics();
  private final ClientStream stream =
      new ClientStream(new FakeCall(), 100, new OpenSessions(), new RequestMetrics(metrics));

  @Test
  void countsABatchByWhatBecameOfIt() {
    batch().replied(new Reply.Applied(1, 1, false, ByteString.EMPTY));
    batch().replied(new Reply.Applied(1, 2, false, ByteString.EMPTY));
    batch().replied(new Reply.Applied(1, 1, true, ByteString.EMPTY));
    batch().replied(new Reply.Refused(Code.OUT_OF_ORDER, 5, 1));
    batch().refused(Refusals.of(Code.NOT_LEADER, ""));
    batch().refused(Refusals.of(Code.NOT_LEADER, "").setUnknown(true));
    batch().refused(Refusals.of(Code.OVERLOADED, ""));
    batch().refused(Refusals.of(Code.VALUE_TOO_LARGE, 2, 1));

    for (String outcome :
        new String[] {"duplicate", "session", "not_leader", "unknown", "overloaded", "invalid"}) {
      assertThat(metrics.text())
          .contains("ratiskv_requests_total{kind=\"batch\",outcome=\"" + outcome + "\"} 1\n");
    }
    assertThat(metrics.text())
        .contains("ratiskv_requests_total{kind=\"batch\",outcome=\"done\"} 2\n")
        .contains("ratiskv_request_seconds_count{kind=\"batch\"} 8\n");
  }

  @Test
  void countsTheKeysOfAReadAndHowLongItTook() {
    Read read =
        Read.newBuilder().addKeys(ByteString.copyFromUtf8("k")).addKeys(ByteString.EMPTY).build();
    new Request.Reading(stream, read, 1, System.nanoTime() - 3_000_000_000L)
        .answered(KvState.empty());

    assertThat(metrics.text())
        .contains(
            "ratiskv_read_keys_total 2\n",
            "ratiskv_requests_total{kind=\"read\",outcome=\"done\"} 1\n",
            "ratiskv_request_seconds_bucket{kind=\"read\",le=\"2.5\"} 0\n",
            "ratiskv_request_seconds_bucket{kind=\"read\",le=\"10\"} 1\n");
  }

  private Request.ClientWrite batch() {
    return new Request.ClientWrite(
        stream, Command.newBuilder().setBatch(Batch.newBuilder().setSession(1)).build(), 1);
  }
}
