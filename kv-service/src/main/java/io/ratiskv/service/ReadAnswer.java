package io.ratiskv.service;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.ReadReply;
import io.ratiskv.protocol.v1.ReadResult;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.statemachine.core.Bytes;
import io.ratiskv.statemachine.core.Entry;
import io.ratiskv.statemachine.core.KvState;
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
  private final @Nullable Entry[] entries;
  private int next;

  private ReadAnswer(long id, long index, @Nullable Entry[] entries) {
    this.id = id;
    this.index = index;
    this.entries = entries;
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
    @Nullable Entry[] entries = new Entry[read.getKeysCount()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = state.get(Bytes.copyOf(read.getKeys(i)));
    }
    return new ReadAnswer(read.getId(), state.digest().index(), entries);
  }

  @Override
  public boolean hasNext() {
    return next < entries.length;
  }

  @Override
  public ServerMessage next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ReadReply.Builder page = ReadReply.newBuilder().setId(id).setFirst(next).setIndex(index);
    for (int bytes = 0; hasNext() && bytes < Limits.READ_PAGE_BYTES; next++) {
      ReadResult result = result(entries[next]);
      entries[next] = null;
      page.addResults(result);
      bytes += result.getValue().size();
    }
    return ServerMessage.newBuilder().setRead(page).build();
  }

  private static ReadResult result(@Nullable Entry entry) {
    if (entry == null) {
      return ReadResult.getDefaultInstance();
    }
    ByteString value = entry.value().toByteString();
    return ReadResult.newBuilder()
        .setFound(true)
        .setValue(value)
        .setVersion(entry.version())
        .build();
  }
}
