package io.ratiskv.protocol;

/**
 * The limits that clients and replicas share.
 *
 * <p>Those of the first group decide what an entry of the log does to the state. They are therefore
 * the same on every server, are written in each snapshot, and change only with the format of the
 * log entry; none of them is a setting.
 */
public final class Limits {
  /** Greatest length of a key, in bytes. A key has one byte at the least. */
  public static final int MAX_KEY_BYTES = 4096;

  /** Greatest length of a value, in bytes, also of one that appends made. */
  public static final int MAX_VALUE_BYTES = 1 << 20;

  /** Most operations in a batch, and most keys in a read. */
  public static final int MAX_BATCH_OPERATIONS = 1024;

  /**
   * Greatest length of a batch's encoded operations, in bytes: the greatest value with the greatest
   * key and their encoding always fit.
   */
  public static final int MAX_BATCH_BYTES = MAX_VALUE_BYTES + 2 * MAX_KEY_BYTES;

  /**
   * Batches that a session may have unanswered, and so the replies of batches that are kept for it.
   */
  public static final int SESSION_WINDOW = 8;

  /**
   * Replies that are kept for a session when fences come to them. Who fences for another process
   * doesn't know which answers that one had, and can't make room; that one has a full window beyond
   * its answers at the most.
   */
  public static final int SESSION_FENCE_WINDOW = 2 * SESSION_WINDOW;

  /** Most sessions in a cluster. */
  public static final int MAX_SESSIONS = 10_000;

  /** Most sessions of one principal; the anonymous one has no limit of its own. */
  public static final int MAX_SESSIONS_PER_PRINCIPAL = 1_000;

  /** How long a session may go unheard of, in milliseconds, unless the parameters say otherwise. */
  public static final long DEFAULT_SESSION_TTL_MILLIS = 600_000;

  /** The shortest time that the parameters may say. */
  public static final long MIN_SESSION_TTL_MILLIS = 1_000;

  /** The longest: thirty days. */
  public static final long MAX_SESSION_TTL_MILLIS = 30L * 24 * 3_600 * 1_000;

  /** Most servers whose ids are remembered after they left a cluster. */
  public static final int MAX_RETIRED_SERVERS = 1_000;

  /** Greatest length of a server's id, in bytes. */
  public static final int MAX_SERVER_ID_BYTES = 64;

  /** Length of a session's nonce, in bytes. */
  public static final int NONCE_BYTES = 16;

  /** Greatest length of a principal's name, in UTF-8 bytes. */
  public static final int MAX_PRINCIPAL_BYTES = 256;

  /**
   * Greatest length of a log entry, in bytes. Ratis deposes a leader over an entry of more than 4
   * MiB.
   */
  public static final int MAX_ENTRY_BYTES = 2 << 20;

  /** Greatest length of a message on the client port, in either direction, in bytes. */
  public static final int MAX_MESSAGE_BYTES = 2 << 20;

  /** A reply to a read is closed when its values pass this many bytes; one value may exceed it. */
  public static final int READ_PAGE_BYTES = 256 << 10;

  private Limits() {}
}
