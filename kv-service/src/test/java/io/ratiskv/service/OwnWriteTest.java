package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.statemachine.core.Reply;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whoever waits for a command of the service's own goes on elsewhere than where it is applied. */
class OwnWriteTest {
  private final Request.OwnWrite write =
      Request.OwnWrite.of(Command.newBuilder().setOpen(OpenSession.newBuilder()));
  private final CompletableFuture<Thread> goesOn =
      write.reply().handle((reply, failure) -> Thread.currentThread());

  @Test
  void anAnswerIsGivenOnAnotherThread() throws Exception {
    write.replied(new Reply.Closed(7));
    assertThat(goesOn.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    assertThat(write.reply().join()).isEqualTo(new Reply.Closed(7));
  }

  @Test
  void soIsARefusal() throws Exception {
    write.refused(Refusals.of(Code.UNAVAILABLE, "the server is stopping").setUnknown(true));
    assertThat(goesOn.get(10, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
    assertThatThrownBy(() -> write.reply().join())
        .hasCauseInstanceOf(RefusedException.class)
        .hasMessageContaining("UNAVAILABLE: the server is stopping");
  }
}
