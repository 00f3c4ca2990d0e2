package io.ratiskv.client;

import static java.util.Objects.requireNonNull;

import io.ratiskv.protocol.Limits;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Names one write for good: what a {@link KvException#requestId() failure} whose outcome is unknown
 * carries, and {@link AsyncKvClient#resolve} makes a fact of, in this process or another.
 *
 * <p>As text it is these four numbers in decimal, without a sign or leading zeros, joined by
 * hyphens: {@code 0-17-4-2}.
 *
 * @param epoch which life of the cluster the write was made in; unsigned
 * @param session the client's session; unsigned, not 0
 * @param sequence the number of the request in its session, from 1
 * @param position the write's place among those that travelled in the request, from 0
 */
public record RequestId(long epoch, long session, long sequence, int position)
    implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int PARTS = 4;

  /**
   * An id from its parts.
   *
   * @throws IllegalArgumentException where no client makes such an id
   */
  public RequestId {
    if (session == 0 || sequence < 1 || position < 0 || position >= Limits.MAX_BATCH_OPERATIONS) {
      throw new IllegalArgumentException(
          "no request has this id: " + text(epoch, session, sequence, position));
    }
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException naming the text, where it is anything else
   */
  public static RequestId parse(String text) {
    String[] parts = requireNonNull(text, "text").split("-", PARTS + 1);
    if (parts.length == PARTS) {
      try {
        RequestId id =
            new RequestId(
                Long.parseUnsignedLong(parts[0]),
                Long.parseUnsignedLong(parts[1]),
                Long.parseLong(parts[2]),
                Integer.parseInt(parts[3]));
        if (id.toString().equals(text)) {
          return id;
        }
      } catch (IllegalArgumentException e) {
        throw malformed(text, e);
      }
    }
    throw malformed(text, null);
  }

  private static IllegalArgumentException malformed(
      String text, @Nullable IllegalArgumentException cause) {
    return new IllegalArgumentException(
        "a request id is epoch-session-sequence-position, such as 0-17-4-2, not \"" + text + "\"",
        cause);
  }

  BatchId batch() {
    return new BatchId(epoch, session, sequence);
  }

  @Override
  public String toString() {
    return text(epoch, session, sequence, position);
  }

  private static String text(long epoch, long session, long sequence, int position) {
    return Long.toUnsignedString(epoch)
        + '-'
        + Long.toUnsignedString(session)
        + '-'
        + sequence
        + '-'
        + position;
  }
}
