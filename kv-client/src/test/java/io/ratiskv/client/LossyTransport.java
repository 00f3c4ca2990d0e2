package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Three servers that share one state, behind a network that drops, repeats, delays and so reorders
 * messages in both directions, breaks streams, and moves the leadership. Seeded; how threads
 * interleave is not. All runs on one thread.
 */
final class LossyTransport implements Transport {
  private static final int SERVERS = 3;

  private final FakeState state;
  private final Random random;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private int leader = 1;
  private volatile boolean calm;

  LossyTransport(FakeState state, long seed) {
    this.state = state;
    this.random = new Random(seed);
  }

  /** From now on nothing goes wrong. */
  void calm() {
    calm = true;
  }

  @Override
  public Stream connect(Endpoint endpoint, Listener listener) {
    return new Lossy(endpoint.port(), listener);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private synchronized int dice(int sides) {
    return random.nextInt(sides);
  }

  /** Usually once, now and then never or twice; usually soon. */
  private void deliver(Runnable arrival) {
    int times =
        calm
            ? 1
            : switch (dice(40)) {
              case 0 -> 0;
              case 1, 2 -> 2;
              default -> 1;
            };
    for (int i = 0; i < times; i++) {
      long micros = calm ? 0 : dice(10) == 0 ? dice(5000) : dice(200);
      if (!thread.isShutdown()) {
        try {
          var unused = thread.schedule(arrival, micros, TimeUnit.MICROSECONDS);
        } catch (java.util.concurrent.RejectedExecutionException e) {
          // The test is over.
        }
      }
    }
  }

  private final class Lossy implements Stream {
    private final int server;
    private final Listener listener;
    private volatile boolean broken;

    Lossy(int server, Listener listener) {
      this.server = server;
      this.listener = listener;
    }

    @Override
    public void send(ClientMessage message) {
      deliver(() -> arrive(message));
    }

    @Override
    public void cancel() {
      broken = true;
    }

    private void arrive(ClientMessage message) {
      if (!calm && dice(100) == 0) {
        leader = 1 + dice(SERVERS);
      }
      // A batch may be applied although its stream is broken.
      List<ServerMessage> answers = answer(message);
      if (!calm && dice(60) == 0 && !broken) {
        broken = true;
        listener.onClosed(new Failure("broken by chance", false, null));
      }
      answers.forEach(
          answer ->
              deliver(
                  () -> {
                    // Nothing is heard of a broken stream, of a cancelled one perhaps.
                    if (!broken || dice(2) == 0) {
                      listener.onMessage(answer, () -> {});
                    }
                  }));
    }

    private List<ServerMessage> answer(ClientMessage message) {
      Leader now = Messages.leader("n" + leader, "h" + leader + ":" + leader);
      if (message.hasHello()) {
        return List.of(Messages.welcome("c", "n" + server, now));
      }
      if (server != leader) {
        return List.of(
            ServerMessage.newBuilder()
                .setRefusal(Messages.refusal(message, Code.NOT_LEADER).setLeader(now))
                .build());
      }
      if (!calm && dice(20) == 0) {
        return List.of(Messages.refused(message, Code.OVERLOADED));
      }
      return new ArrayList<>(state.answer(message));
    }
  }
}
