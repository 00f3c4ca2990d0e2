package io.ratiskv.statemachine.core;

import java.nio.charset.StandardCharsets;

/**
 * The layout of a snapshot, version 1. Whole numbers are big-endian; a "varint" is protobuf's.
 * {@code FORMATS.md} has an example, byte by byte.
 *
 * <pre>
 * magic     8 bytes  "RATISKV" and a zero byte
 * sections  HEADER, RETIRED if there is one, SESSIONS as often as needed, ENTRIES likewise, END; each:
 *             type      1 byte   1 HEADER, 2 SESSIONS, 3 ENTRIES, 4 END, 5 RETIRED
 *             length    4 bytes  of the content
 *             content
 *             checksum  4 bytes  CRC32C of type, length and content
 *
 * HEADER    version      4 bytes  1
 *           limits       4 bytes each: key, value, batch, operations, window, sessions, sessions of a
 *                        principal, nonce, principal
 *           epoch        8 bytes, as all that follow: of the cluster
 *           session TTL  in milliseconds
 *           term, index  of the last entry applied
 *           digest       the index that it belongs to, then its value
 *           last session the id of the session opened last
 *           sessions, keys, bytes: the number of the first two, and the bytes of keys and values
 * RETIRED   the ids of the servers that left the cluster, ascending, each with a varint for the length before it
 * SESSIONS  one after the other, in the order of their ids:
 *             id, next, last index         varints
 *             principal, nonce             a varint for the length, then the bytes
 *             replies                      a varint for their number; each: fingerprint 8 bytes (little-endian), then
 *                                          a varint for the length and the encoded BatchResult
 * ENTRIES   one after the other, in the order of the keys: key, version (varint), value; key and value each with a
 *           varint for the length before it
 * END       sections     8 bytes, the number of those before it
 * </pre>
 *
 * Nothing follows the END.
 */
final class SnapshotFormat {
  static final int VERSION = 1;

  static final byte[] MAGIC = "RATISKV\0".getBytes(StandardCharsets.US_ASCII);

  static final byte HEADER = 1;
  static final byte SESSIONS = 2;
  static final byte ENTRIES = 3;
  static final byte END = 4;

  /** Of one section at most: a thousand ids are no more. Where no server was retired, of none. */
  static final byte RETIRED = 5;

  /** A section's type and length before its content. */
  static final int FRAME_BYTES = 5;

  static final int CHECKSUM_BYTES = 4;

  /** A section is closed once its content passes this length. */
  static final int SECTION_BYTES = 64 << 10;

  /**
   * No section's content is longer: one item may follow on what is just short of {@link
   * #SECTION_BYTES}. The largest item is the greatest value with the greatest key.
   */
  static final int MAX_SECTION_BYTES = 2 << 20;

  private SnapshotFormat() {}
}
