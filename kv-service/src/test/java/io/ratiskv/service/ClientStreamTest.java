package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.ReadReply;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientStreamTest {
  private static final ServerMessage ANSWER = ServerMessage.getDefaultInstance();

  private final FakeCall call = new FakeCall();
  private final ClientStream stream =
      new ClientStream(call, 2, new OpenSessions(), RequestMetrics.unseen());

  @Test
  void aClientWithTooManyUnansweredIsNotReadFrom() {
    stream.start();
    stream.received();
    stream.received();
    assertThat(call.requested()).as("the first, and one more").isEqualTo(2);

    stream.answer(ANSWER);

    assertThat(call.requested()).isEqualTo(3);
  }

  @Test
  void aClientThatDoesNotTakeItsAnswersIsNotReadFrom() {
    stream.start();
    call.setReady(false);
    stream.received();
    stream.answer(ANSWER);
    assertThat(call.requested()).isEqualTo(1);

    call.setReady(true);

    assertThat(call.requested()).isEqualTo(2);
  }

  @Test
  void thePagesOfAReadAreMadeWhenTheyCanBeSent() {
    stream.start();
    stream.received();
    call.setReady(false);

    stream.answer(List.of(page(1), page(2)).iterator());
    assertThat(call.sent()).isEmpty();
    call.setReady(true);

    assertThat(call.sent()).containsExactly(page(1), page(2));
  }

  private static ServerMessage page(long id) {
    return ServerMessage.newBuilder().setRead(ReadReply.newBuilder().setId(id)).build();
  }
}
