package io.ratiskv.cli;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.client.ServerStatus;
import java.util.regex.Pattern;

/** What came of asking one server. */
sealed interface ServerAnswer {
  /** Before what the operating system says, "Connection refused". */
  Pattern NETTYS_WORDS = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  String endpoint();

  /** It answered. */
  record Reached(String endpoint, ServerStatus status) implements ServerAnswer {}

  /** It didn't. */
  record Unreached(String endpoint, String cause) implements ServerAnswer {}

  static ServerAnswer ask(KvAdmin admin, String endpoint) {
    try {
      return new Reached(endpoint, admin.status(endpoint));
    } catch (KvException e) {
      return new Unreached(endpoint, rootCause(e));
    }
  }

  private static String rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return NETTYS_WORDS.matcher(String.valueOf(cause.getMessage())).replaceFirst("");
  }
}
