package io.ratiskv.statemachine;

import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.statemachine.core.EntryListener;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * A log entry on its way through the Ratis server of this process, with the one who waits for it.
 * Ratis hands the object itself to the state machine; only its bytes go into the log.
 */
public final class EntryMessage implements Message {
  private final ByteString content;
  private final EntryListener listener;
  private volatile boolean started;
  private volatile boolean cancelled;

  public EntryMessage(LogEntry entry, EntryListener listener) {
    this.content = UnsafeByteOperations.unsafeWrap(entry.toByteArray());
    this.listener = listener;
  }

  @Override
  public ByteString getContent() {
    return content;
  }

  /** Who waits for the entry. */
  public EntryListener listener() {
    return listener;
  }

  void start() {
    started = true;
  }

  void cancel() {
    cancelled = true;
  }

  /**
   * Whether the entry may be in the log. Once Ratis has answered, false is certain: the entry has
   * not been appended, and won't be.
   */
  public boolean mayBeLogged() {
    return started && !cancelled;
  }

  /** The length only: contents don't belong in logs. */
  @Override
  public String toString() {
    return "EntryMessage[" + content.size() + " bytes]";
  }
}
