package io.ratiskv.statemachine.core;

import com.google.protobuf.CodedInputStream;
import io.ratiskv.protocol.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a snapshot in the {@link SnapshotFormat}, and believes nothing of it before all of it is
 * checked: checksums, order, counts, and that nothing is missing or left over.
 *
 * <p>Allocates no more than a section at a time beyond the state itself.
 */
public final class SnapshotReader {
  /**
   * What a snapshot held.
   *
   * @param term of the last entry applied
   * @param index of the last entry applied
   */
  public record Loaded(long term, long index, KvState state) {}

  private final SectionReader sections;

  /** Null where the snapshot is only checked. */
  private final @Nullable Store store;

  private final SessionTable sessions = new SessionTable();
  private final List<String> retired = new ArrayList<>();
  private long lastIndex;
  private long lastSession;
  private @Nullable Bytes lastKey;
  private long keys;
  private long bytes;

  private SnapshotReader(String name, InputStream in, @Nullable Store store) {
    this.sections = new SectionReader(name, in);
    this.store = store;
  }

  /**
   * Reads to the end of {@code in}, and doesn't close it.
   *
   * @param name for messages: the file
   * @throws CorruptSnapshotException if it isn't whole and valid
   * @throws IOException if reading fails
   */
  public static Loaded read(String name, InputStream in) throws IOException {
    Store store = new Store();
    SnapshotReader reader = new SnapshotReader(name, in, store);
    SnapshotHeader header = reader.read();
    return new Loaded(header.term(), header.index(), reader.state(header, store));
  }

  /**
   * Checks all that {@link #read} does, and keeps no more than the sessions.
   *
   * @throws CorruptSnapshotException if it isn't whole and valid
   * @throws IOException if reading fails
   */
  public static SnapshotSummary check(String name, InputStream in) throws IOException {
    SnapshotReader reader = new SnapshotReader(name, in, null);
    return SnapshotSummary.of(reader.read(), reader.retired);
  }

  /**
   * Reads of which life of the cluster it is, and no further than its header.
   *
   * @throws CorruptSnapshotException if that isn't whole and valid
   * @throws IOException if reading fails
   */
  public static long epoch(String name, InputStream in) throws IOException {
    SectionReader sections = new SectionReader(name, in);
    sections.magic();
    return SnapshotHeader.read(sections).epoch();
  }

  private SnapshotHeader read() throws IOException {
    sections.magic();
    SnapshotHeader header = SnapshotHeader.read(sections);
    lastIndex = header.index();
    if (sections.next() == SnapshotFormat.RETIRED) {
      eachItem(this::retired);
      sections.next();
    }
    while (sections.type() == SnapshotFormat.SESSIONS) {
      eachItem(this::session);
      sections.next();
    }
    while (sections.type() == SnapshotFormat.ENTRIES) {
      eachItem(this::entry);
      sections.next();
    }
    sections.end();
    if (lastSession > header.lastSession()) {
      throw sections.corrupt("no session above " + header.lastSession(), "session " + lastSession);
    }
    expect("sessions", header.sessions(), sessions.size());
    expect("keys", header.keys(), keys);
    expect("bytes of keys and values", header.bytes(), bytes);
    return header;
  }

  private KvState state(SnapshotHeader header, Store of) {
    sessions.restoreLastId(header.lastSession());
    Digest digest = new Digest(header.digest().index(), header.digest().digest());
    Parameters parameters = new Parameters(header.parameters().sessionTtlMillis(), retired);
    return new KvState(header.epoch(), parameters, of, sessions, digest);
  }

  private void expect(String what, long expected, long found) throws CorruptSnapshotException {
    if (expected != found) {
      throw sections.corrupt(expected + " " + what + ", as the header says", Long.toString(found));
    }
  }

  private interface ItemReader {
    void read(CodedInputStream in) throws IOException;
  }

  private void eachItem(ItemReader reader) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(sections.content());
    try {
      while (!in.isAtEnd()) {
        reader.read(in);
      }
    } catch (CorruptSnapshotException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw sections.corrupt("whole items in the section", String.valueOf(e.getMessage()));
    }
  }

  private void retired(CodedInputStream in) throws IOException {
    String server = serverId(in.readByteArray());
    if (retired.size() == Limits.MAX_RETIRED_SERVERS
        || (!retired.isEmpty() && retired.get(retired.size() - 1).compareTo(server) >= 0)) {
      throw sections.corrupt(
          "up to " + Limits.MAX_RETIRED_SERVERS + " server ids in ascending order", server);
    }
    retired.add(server);
  }

  private String serverId(byte[] ascii) throws CorruptSnapshotException {
    try {
      String id = EntryDecoder.serverId(ascii);
      if (!id.isEmpty()) {
        return id;
      }
    } catch (MalformedException e) {
      // As for none.
    }
    throw sections.corrupt(
        "a server id of 1 to " + Limits.MAX_SERVER_ID_BYTES + " visible ASCII characters",
        "one of " + ascii.length + " bytes");
  }

  private void session(CodedInputStream in) throws IOException {
    long id = in.readUInt64();
    if (id <= lastSession) {
      throw sections.corrupt("a session above " + lastSession, "session " + id);
    }
    lastSession = id;
    long next = in.readUInt64();
    long heardAt = indexUpToLast(in);
    String principal = new String(in.readByteArray(), StandardCharsets.UTF_8);
    Bytes nonce = Bytes.wrap(in.readByteArray());
    int count = in.readUInt32();
    if (count < 0 || count > Limits.SESSION_FENCE_WINDOW || count >= next) {
      throw sections.corrupt(
          "up to " + Limits.SESSION_FENCE_WINDOW + " replies", count + " replies");
    }
    List<StoredReply> replies = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      replies.add(new StoredReply(in.readFixed64(), in.readBytes()));
    }
    sessions.add(new Session(id, principal, nonce, next, List.copyOf(replies), heardAt));
  }

  private void entry(CodedInputStream in) throws IOException {
    Bytes key = Bytes.wrap(in.readByteArray());
    Bytes last = lastKey;
    if (key.length() == 0 || (last != null && last.compareTo(key) >= 0)) {
      throw sections.corrupt("keys in ascending order", "a key that isn't above the one before");
    }
    lastKey = key;
    long version = indexUpToLast(in);
    Bytes value = Bytes.wrap(in.readByteArray());
    if (key.length() > Limits.MAX_KEY_BYTES || value.length() > Limits.MAX_VALUE_BYTES) {
      throw sections.corrupt(
          "keys and values within their limits",
          "a key of " + key.length() + " bytes with a value of " + value.length());
    }
    keys++;
    bytes += key.length() + value.length();
    if (store != null) {
      store.restore(key, value, version);
    }
  }

  private long indexUpToLast(CodedInputStream in) throws IOException {
    long index = in.readUInt64();
    if (index < 0 || index > lastIndex) {
      throw sections.corrupt("a log index up to " + lastIndex, Long.toString(index));
    }
    return index;
  }
}
