package io.ratiskv.service.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Made anew for each request, by one of a few threads: must not wait for long. */
@FunctionalInterface
public interface Page {
  Answer answer();

  /**
   * What is sent.
   *
   * @param status of HTTP
   * @param type the media type of the body
   * @param policy which of its parts a browser may use: a Content-Security-Policy
   */
  record Answer(int status, String type, String body, String policy) {
    private static final String NOTHING =
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public Answer(int status, String type, String body) {
      this(status, type, body, NOTHING);
    }

    /** A page of one file, with one style and one script, which asks this server alone. */
    public static Answer html(String page) {
      String policy =
          NOTHING
              + "; connect-src 'self'; img-src data:; style-src "
              + hash(page, "style")
              + "; script-src "
              + hash(page, "script");
      return new Answer(200, "text/html; charset=utf-8", page, policy);
    }

    private static String hash(String page, String element) {
      int begin = page.indexOf("<" + element + ">") + element.length() + 2;
      byte[] text =
          page.substring(begin, page.indexOf("</" + element + ">"))
              .getBytes(StandardCharsets.UTF_8);
      try {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
        return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    /** A line for a person or a probe. */
    public static Answer text(int status, String line) {
      return new Answer(status, "text/plain; charset=utf-8", line + "\n");
    }

    public static Answer json(int status, String body) {
      return new Answer(status, "application/json", body + "\n");
    }
  }
}
