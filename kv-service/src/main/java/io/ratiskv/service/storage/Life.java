package io.ratiskv.service.storage;

import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which of a server's data folders this is, and how the server came into its cluster with it.
 *
 * @param number 32 hexadecimal digits, random: a folder that is made anew has another
 * @param place whether it has a part in a cluster
 * @param founders the lives of all servers that founded the cluster together, by their ids; empty
 *     where {@code place} isn't {@code FOUNDER}, and where it isn't known
 * @param ran whether its part of Raft has been started, and may have promised something
 * @param epoch of the cluster: 0 for its first life; a restore or a fork begins another
 */
public record Life(
    String number, Place place, Map<String, String> founders, boolean ran, long epoch) {
  /** How a server came into its cluster. */
  public enum Place {
    /** It has never run. */
    NONE,
    /** It is one of the first. */
    FOUNDER,
    /** It joined one that was there. */
    JOINED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Place of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  public Life {
    founders = Collections.unmodifiableMap(new TreeMap<>(founders));
  }

  static Life begin() {
    byte[] number = new byte[16];
    new SecureRandom().nextBytes(number);
    return new Life(HexFormat.of().formatHex(number), Place.NONE, Map.of(), false, 0);
  }

  /** With its place, which it has for good. */
  public Life settled(Place taken, Map<String, String> together) {
    return new Life(number, taken, together, false, epoch);
  }

  /** In that life of the cluster. */
  public Life inEpoch(long ofCluster) {
    return new Life(number, place, founders, ran, ofCluster);
  }

  /** Once it has been started. */
  public Life running() {
    return new Life(number, place, founders, true, epoch);
  }

  public boolean isSettled() {
    return place != Place.NONE;
  }
}
