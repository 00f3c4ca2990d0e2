package io.ratiskv.statemachine.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.OperationRefusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of commands, to the state and to the {@link Model}: four clients that resend,
 * reorder, reuse and guess; reply by reply the two have to say the same.
 */
class ModelTest {
  private static final int SEQUENCES = 1_000;
  private static final int COMMANDS = 200;
  private static final String[] PRINCIPALS = {"alice", "alice", "bob", ""};
  private static final String NEARLY_FULL = "x".repeat((1 << 20) - 200);

  @Test
  void theStateDoesWhatTheModelDoes() {
    Seeds.each(SEQUENCES, random -> new Sequence(random).run());
  }

  /** One client as the sequence plays it. */
  private static final class Client {
    final String principal;
    String nonce;
    long session;
    final Map<Long, List<Model.Write>> sent = new TreeMap<>();

    Client(String principal, String nonce) {
      this.principal = principal;
      this.nonce = nonce;
    }
  }

  /** One sequence: the model, a replica that is restored now and then, and one that never is. */
  private static final class Sequence {
    private final RandomGenerator random;
    private final boolean big;
    private final Model model = new Model();
    private final Replica steady = Replica.empty();
    private Replica restored = Replica.empty();
    private final List<Client> clients = new ArrayList<>();
    private int nonces;

    /** A view of {@link #restored}, not written yet, and the bytes that it has to give. */
    private @Nullable SnapshotView late;

    private byte[] due = {};

    // The entry that is being made.
    private final List<io.ratiskv.protocol.v1.Command> commands = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();

    Sequence(RandomGenerator random) {
      this.random = random;
      this.big = random.nextInt(20) == 0;
      for (String principal : PRINCIPALS) {
        clients.add(new Client(principal, "nonce " + nonces++));
      }
    }

    void run() throws IOException {
      for (int done = 0; done < COMMANDS; done += 1 + commands.size()) {
        commands.clear();
        expected.clear();
        if (oneIn(50)) {
          unreadable();
        } else {
          long index = steady.index() + 1;
          for (int i = random.nextInt(5); i > 0 && oneMoreFits(); i--) {
            makeCommand(index);
          }
        }
        apply(Entries.entry(commands.toArray(new io.ratiskv.protocol.v1.Command[0])));
        snapshots();
      }
      finish();
    }

    private void apply(byte[] entry) {
      assertThat(words(steady.apply(entry))).isEqualTo(expected);
      assertThat(words(restored.apply(entry))).isEqualTo(expected);
    }

    /** A good command and one that isn't: the model is not even asked. */
    private void unreadable() {
      Client client = any();
      commands.add(Entries.batch(client.principal, client.session, 1, 1, Entries.put("a", "no")));
      commands.add(Entries.batch(client.principal, client.session, 1, 2, Entries.put("a", "no")));
      expected.add("refused MALFORMED 0 0");
    }

    /** Whether a batch of the greatest length would fit into the entry. */
    private boolean oneMoreFits() {
      int bytes = commands.stream().mapToInt(command -> command.getSerializedSize()).sum();
      return bytes < Limits.MAX_ENTRY_BYTES - Limits.MAX_BATCH_BYTES - 1_000;
    }

    /** Adds a command of some client. */
    private void makeCommand(long index) {
      Client client = any();
      if (client.session == 0 || oneIn(25)) {
        open(index, client);
      } else if (oneIn(12)) {
        fence(index, client);
      } else if (oneIn(60)) {
        expire(client);
      } else if (oneIn(40)) {
        String principal = oneIn(3) ? any().principal : client.principal;
        long session = oneIn(5) ? random.nextInt(30) : client.session;
        commands.add(Entries.close(principal, session));
        expected.add(model.close(principal, session));
        if (random.nextBoolean()) {
          client.nonce = "nonce " + nonces++;
        }
      } else {
        batch(index, client);
      }
    }

    private void open(long index, Client client) {
      commands.add(Entries.open(client.principal, client.nonce));
      String reply = model.open(index, client.principal, client.nonce);
      expected.add(reply);
      long session = Long.parseLong(reply.substring("opened ".length()));
      if (session != client.session) {
        client.session = session;
        client.sent.clear();
      }
    }

    private void fence(long index, Client client) {
      String principal = oneIn(20) ? any().principal : client.principal;
      long sequence = sequence(model.next(client.session));
      long first = Math.max(0, sequence - random.nextInt(12));
      commands.add(Entries.fence(principal, client.session, sequence, first));
      expected.add(model.fence(index, principal, client.session, sequence, first));
    }

    /** By a leader that has seen all of it, or that hasn't. */
    private void expire(Client client) {
      long heard = model.heard(client.session) - random.nextInt(2);
      commands.add(Entries.expire(client.session, heard));
      expected.add(model.expire(client.session, heard));
    }

    private void batch(long index, Client client) {
      String principal = oneIn(40) ? any().principal : client.principal;
      long session = oneIn(60) ? any().session : client.session;
      long next = model.next(session);
      long sequence = sequence(next);
      List<Model.Write> writes = client.sent.get(sequence);
      if (writes == null || sequence == next || oneIn(6)) {
        writes = writes();
      }
      if (sequence == next) {
        client.sent.put(sequence, writes);
      }
      long first = Math.max(1, sequence - random.nextInt(oneIn(3) ? 12 : 6));
      commands.add(Entries.batch(principal, session, sequence, first, encoded(writes)));
      expected.add(model.batch(index, principal, session, sequence, first, writes));
    }

    /** Mostly the next one; else one that was, or one that isn't yet. */
    private long sequence(long next) {
      return switch (random.nextInt(10)) {
        case 0, 1, 2 -> Math.max(1, next - 1 - random.nextInt(4));
        case 3 -> Math.max(1, next - 1 - random.nextInt(12));
        case 4 -> next + 1 + random.nextInt(3);
        default -> next;
      };
    }

    private List<Model.Write> writes() {
      List<Model.Write> writes = new ArrayList<>();
      if (big && oneIn(20)) {
        writes.add(new Model.Write(false, "big", NEARLY_FULL));
      }
      for (int i = random.nextInt(3); i >= 0; i--) {
        String value = Integer.toString(random.nextInt(1_000));
        if (big && oneIn(3)) {
          writes.add(new Model.Write(true, "big", value.repeat(20)));
        } else {
          String text = value.repeat(random.nextInt(4));
          boolean append = random.nextInt(3) > 0;
          writes.add(new Model.Write(append, "k" + random.nextInt(6), text));
        }
      }
      return writes;
    }

    private void snapshots() throws IOException {
      if (late != null && oneIn(3)) {
        writeLate();
      }
      if (late == null && oneIn(20)) {
        restored = Replica.restored(restored.snapshot());
      }
      if (late == null && oneIn(20)) {
        due = steady.snapshot();
        late = restored.state().view(Replica.TERM, restored.index());
      }
    }

    /** The view shows the state of its moment, whatever came since. */
    private void writeLate() {
      if (late != null) {
        assertThat(Arrays.equals(Replica.write(late), due)).as("a late snapshot").isTrue();
        late = null;
      }
    }

    private void finish() throws IOException {
      writeLate();
      assertThat(restored.state().digest()).isEqualTo(steady.state().digest());
      byte[] last = steady.snapshot();
      assertThat(Arrays.equals(restored.snapshot(), last)).as("the last snapshot").isTrue();
      assertThat(steady.state().sessions()).isEqualTo(model.sessions());
      assertThat(entries(steady)).isEqualTo(model.entries());
      assertThat(entries(Replica.restored(last))).isEqualTo(model.entries());
    }

    private Client any() {
      return clients.get(random.nextInt(clients.size()));
    }

    private boolean oneIn(int many) {
      return random.nextInt(many) == 0;
    }
  }

  private static ByteString encoded(List<Model.Write> writes) {
    return Entries.operations(
        writes.stream()
            .map(
                write ->
                    write.append()
                        ? Entries.append(write.key(), write.value())
                        : Entries.put(write.key(), write.value()))
            .toArray(io.ratiskv.protocol.v1.Operation[]::new));
  }

  private static List<String> entries(Replica replica) {
    List<String> entries = new ArrayList<>();
    SnapshotView view = replica.state().view(Replica.TERM, replica.index());
    view.store()
        .forEach(
            (key, value) ->
                entries.add(
                    Model.entry(
                        ByteString.copyFrom(key.array()).toStringUtf8(),
                        value.toByteString().toStringUtf8(),
                        value.version())));
    return entries;
  }

  private static List<String> words(List<Reply> replies) {
    return replies.stream().map(reply -> reply.handle(IN_WORDS)).toList();
  }

  private static final Reply.Handler<String> IN_WORDS =
      new Reply.Handler<>() {
        @Override
        public String opened(Reply.Opened reply) {
          return "opened " + reply.session();
        }

        @Override
        public String applied(Reply.Applied reply) {
          return "applied "
              + reply.session()
              + " "
              + reply.sequence()
              + (reply.duplicate() ? " again: " : " now: ")
              + result(reply.result());
        }

        @Override
        public String closed(Reply.Closed reply) {
          return "closed " + reply.session();
        }

        @Override
        public String fenced(Reply.Fenced reply) {
          return "fenced " + reply.session() + " " + reply.sequence();
        }

        @Override
        public String expired(Reply.Expired reply) {
          return "expired " + reply.session() + " " + reply.removed();
        }

        @Override
        public String configured(Reply.Configured reply) {
          return "configured " + reply.parameters().sessionTtlMillis();
        }

        @Override
        public String refused(Reply.Refused reply) {
          return "refused " + reply.code() + " " + reply.actual() + " " + reply.limit();
        }
      };

  private static String result(ByteString encoded) {
    try {
      BatchResult result = BatchResult.parseFrom(encoded);
      StringBuilder words = new StringBuilder("version " + result.getVersion());
      words.append(" lengths ").append(result.getLengthsList());
      for (OperationRefusal refusal : result.getRefusalsList()) {
        words.append(" at ").append(refusal.getPosition());
        words.append(" ").append(refusal.getCode());
        words.append(" ").append(refusal.getActual());
        words.append(" of ").append(refusal.getLimit());
      }
      return words.toString();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
