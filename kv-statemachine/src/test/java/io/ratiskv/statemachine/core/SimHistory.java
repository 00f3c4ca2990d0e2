package io.ratiskv.statemachine.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that clients asked for, and what they were told.
 *
 * <p>Keys that begin with {@link #APPENDED} are appended to alone, so that each token is found
 * where it was put; the others are put to as well.
 */
final class SimHistory {
  static final String APPENDED = "appended-";
  static final char END_OF_TOKEN = ';';

  private static final String[] KEYS = {
    APPENDED + "0", APPENDED + "0", APPENDED + "1", APPENDED + "2", "mixed-0", "mixed-1"
  };
  private static final int LONG_TOKEN = 60;

  private final SimRun run;
  private final List<SimWrite> writes = new ArrayList<>();

  /** How long a value is at least, as clients were told. */
  private final Map<String, Integer> known = new HashMap<>();

  private int nonces;

  SimHistory(SimRun run) {
    this.run = run;
  }

  /** A write that nobody made before. */
  SimWrite make(int client, int session) {
    String key = KEYS[run.below(KEYS.length)];
    boolean append = key.startsWith(APPENDED) || run.oneIn(2);
    String filler = run.oneIn(4) ? "_".repeat(run.below(LONG_TOKEN)) : "";
    String token = "t" + writes.size() + filler + END_OF_TOKEN;
    int floor = key.startsWith(APPENDED) ? known.getOrDefault(key, 0) : 0;
    SimWrite write = new SimWrite(writes.size(), client, session, append, key, token, floor);
    writes.add(write);
    return write;
  }

  void acked(SimWrite write, long version, int length) {
    write.acked(version, length);
    known.merge(write.key, length, Math::max);
  }

  String newNonce() {
    return "n" + nonces++;
  }

  List<SimWrite> writes() {
    return writes;
  }
}
