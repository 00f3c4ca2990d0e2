package io.ratiskv.service.security;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who somebody is. A certificate says it in one URI among its subject alternative names: {@code
 * ratiskv://ROLE/NAME}, like {@code ratiskv://client/billing}. A name is 1 to 64 letters, digits,
 * dots, hyphens and underscores.
 *
 * @param role what he is
 * @param name how he is called; empty if he is anonymous
 */
public record Principal(Role role, String name) {
  /** Whoever showed no certificate where none was asked for. */
  public static final Principal NOBODY = new Principal(Role.ANONYMOUS, "");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final String SCHEME = "ratiskv:";
  private static final Pattern URI = Pattern.compile("ratiskv://([a-z-]+)/([^/]+)");

  /** The kind of a subject alternative name that is a URI; RFC 5280, GeneralName. */
  private static final int URI_NAME = 6;

  /**
   * Reads a certificate.
   *
   * @return empty where it names no role, or more than one, or one that there isn't
   */
  public static Optional<Principal> of(X509Certificate certificate) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
    if (names == null) {
      return Optional.empty();
    }
    List<String> uris =
        names.stream()
            .filter(name -> name.get(0).equals(URI_NAME))
            .map(name -> (String) name.get(1))
            .filter(uri -> uri.startsWith(SCHEME))
            .toList();
    return uris.size() == 1 ? parse(uris.get(0)) : Optional.empty();
  }

  private static Optional<Principal> parse(String uri) {
    Matcher matcher = URI.matcher(uri);
    if (!matcher.matches() || !isName(matcher.group(2))) {
      return Optional.empty();
    }
    return Role.parse(matcher.group(1)).map(role -> new Principal(role, matcher.group(2)));
  }

  /** Whether somebody may be called so. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** As sessions know him: {@code client/billing}; empty if he is anonymous. */
  public String id() {
    return role == Role.ANONYMOUS ? "" : role + "/" + name;
  }

  @Override
  public String toString() {
    return role == Role.ANONYMOUS ? "anonymous" : id();
  }
}
