package io.ratiskv.statemachine.core;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.ratiskv.protocol.v1.DigestCheck;
import org.jspecify.annotations.Nullable;

/**
 * A running hash over what was applied and answered: (index, entry, replies), each time with the
 * hash before. Replicas that have the same one at an index have, as far as 64 bits tell, the same
 * history and so the same state.
 *
 * <p>Remembers its last values, so that the leader's word about an index just passed can be held
 * against them.
 */
final class Digest {
  /** Values remembered; entries in flight are far fewer. A power of two. */
  private static final int REMEMBERED = 1024;

  private final HashStream64 stream = Hashing.xxh3_64().hashStream();
  private final long[] indices = new long[REMEMBERED];
  private final long[] values = new long[REMEMBERED];

  private long index;
  private long value;

  /** The entry that is being hashed. */
  private long begun;

  Digest(long index, long value) {
    this.index = index;
    this.value = value;
    remember();
  }

  /** The value with which a new life of the cluster goes on from {@code value} of the old one. */
  static long inEpoch(long value, long epoch) {
    return Hashing.xxh3_64().hashStream().putLong(value).putLong(epoch).getAsLong();
  }

  /** Begins with the entry; each {@link #reply} follows; {@link #end} ends it. */
  void begin(long entryIndex, byte[] entry) {
    stream.reset().putLong(value).putLong(entryIndex);
    stream.putLong(Hashing.xxh3_64().hashBytesToLong(entry));
    begun = entryIndex;
  }

  void reply(Reply reply) {
    reply.handle(hasher);
  }

  void end() {
    index = begun;
    value = stream.getAsLong();
    remember();
  }

  private void remember() {
    int slot = (int) (index & REMEMBERED - 1);
    indices[slot] = index;
    values[slot] = value;
  }

  /**
   * @throws DigestMismatchException if the digest after the entry that {@code check} names was
   *     another one here. One that isn't remembered is not checked.
   */
  void check(@Nullable DigestCheck check) {
    if (check == null) {
      return;
    }
    int slot = (int) (check.getIndex() & REMEMBERED - 1);
    if (indices[slot] == check.getIndex() && values[slot] != check.getDigest()) {
      throw new DigestMismatchException(check.getIndex(), values[slot], check.getDigest());
    }
  }

  /** The index of the last entry in it; 0: none yet. */
  long index() {
    return index;
  }

  long value() {
    return value;
  }

  private final Reply.Handler<HashStream64> hasher =
      new Reply.Handler<>() {
        @Override
        public HashStream64 opened(Reply.Opened reply) {
          return stream.putByte((byte) 1).putLong(reply.session());
        }

        @Override
        public HashStream64 applied(Reply.Applied reply) {
          byte[] result = reply.result().toByteArray();
          return stream
              .putByte((byte) 2)
              .putLong(reply.session())
              .putLong(reply.sequence())
              .putBoolean(reply.duplicate())
              .putInt(result.length)
              .putBytes(result);
        }

        @Override
        public HashStream64 closed(Reply.Closed reply) {
          return stream.putByte((byte) 3).putLong(reply.session());
        }

        @Override
        public HashStream64 fenced(Reply.Fenced reply) {
          return stream.putByte((byte) 5).putLong(reply.session()).putLong(reply.sequence());
        }

        @Override
        public HashStream64 expired(Reply.Expired reply) {
          return stream.putByte((byte) 6).putLong(reply.session()).putBoolean(reply.removed());
        }

        @Override
        public HashStream64 configured(Reply.Configured reply) {
          stream.putByte((byte) 7).putLong(reply.parameters().sessionTtlMillis());
          for (String server : reply.parameters().retiredServers()) {
            stream.putString(server);
          }
          return stream;
        }

        @Override
        public HashStream64 refused(Reply.Refused reply) {
          return stream
              .putByte((byte) 4)
              .putInt(reply.code().getNumber())
              .putLong(reply.actual())
              .putLong(reply.limit());
        }
      };
}
