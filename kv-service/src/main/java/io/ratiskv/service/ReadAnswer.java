package io.ratiskv.service;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.ReadReply;
import io.ratiskv.protocol.v1.ReadResult;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.statemachine.core.Bytes;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.Value;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a read, as messages of bounded size that are made when they can be sent. What the
 * keys map to is taken at once, which copies no value.
 */
final class ReadAnswer implements Iterator<ServerMessage> {
  private final long id;
  private final long index;
  private final @Nullable Value[] values;
  private int next;

  private ReadAnswer(long id, long index, @Nullable Value[] values) {
    this.id = id;
    this.index = index;
    this.values = values;
  }

  /** Reads {@code state}; called by the applying thread. */
  static Iterator<ServerMessage> from(Read read, KvState state) {
    long applied = read.getSession() == 0 ? 0 : state.lastSequence(read.getSession());
    if (applied < read.getAfterSequence()) {
      Code code = applied < 0 ? Code.SESSION_EXPIRED : Code.OUT_OF_ORDER;
      return List.of(
              ServerMessage.newBuilder()
                  .setRefusal(
                      Refusals.of(code, read.getAfterSequence(), applied + 1).setRead(read.getId()))
                  .build())
          .iterator();
    }
    @Nullable Value[] values = new Value[read.getKeysCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = state.get(Bytes.copyOf(read.getKeys(i)));
    }
    return new ReadAnswer(read.getId(), state.digest().index(), values);
  }

  @Override
  public boolean hasNext() {
    return next < values.length;
  }

  @Override
  public ServerMessage next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ReadReply.Builder page = ReadReply.newBuilder().setId(id).setFirst(next).setIndex(index);
    for (int bytes = 0; hasNext() && bytes < Limits.READ_PAGE_BYTES; next++) {
      ReadResult result = result(values[next]);
      values[next] = null;
      page.addResults(result);
      bytes += result.getValue().size();
    }
    return ServerMessage.newBuilder().setRead(page).build();
  }

  private static ReadResult result(@Nullable Value value) {
    if (value == null) {
      return ReadResult.getDefaultInstance();
    }
    return ReadResult.newBuilder()
        .setFound(true)
        .setValue(value.toByteString())
        .setVersion(value.version())
        .build();
  }
}
