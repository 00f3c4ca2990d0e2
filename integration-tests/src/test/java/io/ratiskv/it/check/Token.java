package io.ratiskv.it.check;

import java.util.ArrayList;
import java.util.List;

/**
 * What clients append where each append must be recognized: "[c3:17]" is the 17th of client 3.
 * Tokens are ASCII, so that a value's length in chars is its length in bytes.
 */
public final class Token {

  private Token() {}

  /** The token with these two numbers, which must not be negative. */
  public static String of(int client, long number) {
    if (client < 0 || number < 0) {
      throw new IllegalArgumentException("client " + client + ", number " + number);
    }
    return "[c" + client + ":" + number + "]";
  }

  static boolean isToken(String text) {
    return !text.isEmpty() && endOfToken(text, 0) == text.length();
  }

  /** The tokens that a value is made of; the last one is no token if the rest isn't any. */
  static List<String> split(String value) {
    List<String> tokens = new ArrayList<>();
    int at = 0;
    while (at < value.length()) {
      int end = endOfToken(value, at);
      if (end < 0) {
        end = value.length();
      }
      tokens.add(value.substring(at, end));
      at = end;
    }
    return tokens;
  }

  /** Where the token ends that begins there; negative if none does. */
  private static int endOfToken(String text, int start) {
    if (!text.startsWith("[c", start)) {
      return -1;
    }
    int colon = endOfDigits(text, start + 2);
    if (!text.startsWith(":", colon)) {
      return -1;
    }
    int close = endOfDigits(text, colon + 1);
    return text.startsWith("]", close) ? close + 1 : -1;
  }

  /** A place where nothing stands that could go on, if there are no digits. */
  private static int endOfDigits(String text, int start) {
    int at = start;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at == start ? text.length() : at;
  }
}
