package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.OperationRefusal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state: the store, the sessions, the digest.
 *
 * <h2>Determinism</h2>
 *
 * What {@link #apply} does depends on the state, the index and the entry's bytes alone.
 *
 * <h2>Threads</h2>
 *
 * One thread applies, reads with {@link #get} and takes snapshots. {@link #lastSequence} and the
 * counts may be asked by any thread at any time; what they answer is of the last command applied
 * or, while an entry is being applied, of one in it.
 *
 * <h2>Failures</h2>
 *
 * {@code apply} answers for any bytes. It throws only where going on would part this replica from
 * the others: {@link UnsupportedEntryException} and {@link DigestMismatchException}; the process
 * has to end then.
 */
public final class KvState {
  private final long clusterEpoch;
  private final Store store;
  private final SessionTable sessions;
  private final Digest digest;

  /** Written by the applying thread alone. */
  private volatile Parameters parameters;

  /** The digest for other threads, with its index. */
  private volatile Stamp stamp;

  /**
   * The running digest at one index.
   *
   * @param index the log index of the last entry applied; 0: none yet
   * @param digest the running hash after it
   */
  public record Stamp(long index, long digest) {}

  KvState(
      long clusterEpoch, Parameters parameters, Store store, SessionTable sessions, Digest digest) {
    this.clusterEpoch = clusterEpoch;
    this.parameters = parameters;
    this.store = store;
    this.sessions = sessions;
    this.digest = digest;
    this.stamp = new Stamp(digest.index(), digest.value());
  }

  /** The state before the first entry. */
  public static KvState empty() {
    return new KvState(0, Parameters.DEFAULT, new Store(), new SessionTable(), new Digest(0, 0));
  }

  /** Applies the entry at {@code index}, which is higher than that of the one before. */
  public void apply(long index, byte[] entry, EntryListener listener) {
    if (index <= digest.index()) {
      throw new IllegalArgumentException("entry " + index + " after entry " + digest.index());
    }
    digest.begin(index, entry);
    listener.started(this);
    try {
      EntryDecoder.Decoded decoded = EntryDecoder.decode(entry);
      if (Integer.compareUnsigned(decoded.format(), EntryDecoder.FORMAT) > 0) {
        throw new UnsupportedEntryException(index, decoded.format());
      }
      digest.check(decoded.check());
      applyAll(index, decoded.commands(), listener);
    } catch (MalformedException e) {
      reply(0, new Reply.Refused(e.code(), e.actual(), e.limit()), listener);
    }
    digest.end();
    stamp = new Stamp(digest.index(), digest.value());
  }

  private void applyAll(long index, List<Command> commands, EntryListener listener) {
    Applier applier = new Applier(index);
    for (int i = 0; i < commands.size(); i++) {
      reply(i, commands.get(i).handle(applier), listener);
    }
  }

  private void reply(int position, Reply reply, EntryListener listener) {
    digest.reply(reply);
    listener.replied(this, position, reply);
  }

  /** Does the commands of the entry at one index. */
  private final class Applier implements Command.Handler<Reply> {
    private final long index;

    Applier(long index) {
      this.index = index;
    }

    @Override
    public Reply open(Command.Open command) {
      return sessions.open(index, command);
    }

    @Override
    public Reply close(Command.Close command) {
      return sessions.close(command);
    }

    @Override
    public Reply fence(Command.Fence command) {
      return sessions.fence(index, command);
    }

    @Override
    public Reply expire(Command.Expire command) {
      return sessions.expire(command);
    }

    @Override
    public Reply setParameters(Command.SetParameters command) {
      Parameters changed = parameters.with(command);
      if (changed.retiredServers().size() > Limits.MAX_RETIRED_SERVERS) {
        return new Reply.Refused(
            Code.TOO_MANY_SERVERS, changed.retiredServers().size(), Limits.MAX_RETIRED_SERVERS);
      }
      parameters = changed;
      return new Reply.Configured(parameters);
    }

    @Override
    public Reply batch(Command.Batch batch) {
      Reply answer = sessions.admit(index, batch);
      if (answer != null) {
        return answer;
      }
      ByteString result = execute(batch.operations());
      sessions.executed(batch, new StoredReply(batch.fingerprint(), result));
      return new Reply.Applied(batch.session(), batch.sequence(), false, result);
    }

    private ByteString execute(List<Operation> operations) {
      BatchResult.Builder result = BatchResult.newBuilder().setVersion(index);
      Writer writer = new Writer(result);
      for (Operation operation : operations) {
        operation.handle(writer);
      }
      return result.build().toByteString();
    }

    /** Does the operations of one batch, and notes what came of them. */
    private final class Writer implements Operation.Handler<BatchResult.Builder> {
      private final BatchResult.Builder result;

      Writer(BatchResult.Builder result) {
        this.result = result;
      }

      @Override
      public BatchResult.Builder put(Operation.Put put) {
        return result.addLengths(store.put(put.key(), put.value(), index));
      }

      @Override
      public BatchResult.Builder append(Operation.Append append) {
        int length = store.append(append.key(), append.tail(), index);
        if (length <= Limits.MAX_VALUE_BYTES) {
          return result.addLengths(length);
        }
        result.addRefusals(
            OperationRefusal.newBuilder()
                .setPosition(result.getLengthsCount())
                .setCode(Code.VALUE_TOO_LARGE)
                .setActual(length)
                .setLimit(Limits.MAX_VALUE_BYTES));
        return result.addLengths(length - append.tail().length());
      }
    }
  }

  /** Which life of the cluster this is: 0 for its first; a restore from a backup begins another. */
  public long clusterEpoch() {
    return clusterEpoch;
  }

  /** What {@code key} maps to. For the applying thread alone. */
  public @Nullable Value get(Bytes key) {
    return store.get(key);
  }

  /**
   * The highest sequence number of {@code session} that was applied; -1 if there is no such
   * session.
   */
  public long lastSequence(long session) {
    return sessions.lastApplied(session);
  }

  /** What all servers agree on. */
  public Parameters parameters() {
    return parameters;
  }

  /** Whether {@code session} is there, and of another principal. Any thread may ask. */
  public boolean isAnothers(long session, String principal) {
    return sessions.isAnothers(session, principal);
  }

  /** The log index at which each session was last heard of, by its id. */
  public Map<Long, Long> sessionLastIndices() {
    return sessions.lastIndices();
  }

  /** Sessions that expired since this object was made. */
  public long expired() {
    return sessions.expired();
  }

  /** The running digest, after the last entry applied. */
  public Stamp digest() {
    return stamp;
  }

  /** Operations executed since this object was made. */
  public OperationCounts operations() {
    return store.operations();
  }

  public long keys() {
    return store.keys();
  }

  /** Bytes of keys and values. */
  public long bytes() {
    return store.bytes();
  }

  public int sessions() {
    return sessions.size();
  }

  /**
   * Batches answered from the session table instead of being executed, since this object was made.
   */
  public long duplicates() {
    return sessions.duplicates();
  }

  /**
   * The state as it is now, to be written out by another thread while this one goes on. Called by
   * the applying thread; costs no more than a list of the sessions.
   *
   * @param term of the last entry applied
   * @param index of the last entry applied, whatever its kind
   */
  public SnapshotView view(long term, long index) {
    return new SnapshotView(
        clusterEpoch,
        parameters,
        term,
        index,
        new Stamp(digest.index(), digest.value()),
        sessions.lastId(),
        sessions.list(),
        store.view());
  }
}
