package io.ratiskv.service.security;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * One key with its certificates, which may be exchanged at any time: a handshake uses either the
 * old ones or the new ones, never some of each.
 */
final class SwappableKeys extends X509ExtendedKeyManager {
  private record Keys(String alias, PrivateKey key, List<X509Certificate> chain) {}

  private volatile Keys current;

  /** For a handshake that has chosen its alias, and asks for what belongs to it. */
  private volatile Keys previous;

  private int swaps;

  SwappableKeys(PrivateKey key, List<X509Certificate> chain) {
    current = new Keys("0", key, List.copyOf(chain));
    previous = current;
  }

  synchronized void swap(PrivateKey key, List<X509Certificate> chain) {
    swaps++;
    previous = current;
    current = new Keys(Integer.toString(swaps), key, List.copyOf(chain));
  }

  /** The one that is shown from now on. */
  X509Certificate certificate() {
    return current.chain().get(0);
  }

  private @Nullable Keys of(String alias) {
    Keys now = current;
    if (now.alias().equals(alias)) {
      return now;
    }
    Keys before = previous;
    return before.alias().equals(alias) ? before : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Keys keys = of(alias);
    return keys == null ? null : keys.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Keys keys = of(alias);
    return keys == null ? null : keys.key();
  }

  /** The one there is, if the other side can do with its kind. */
  private @Nullable String alias(String... keyTypes) {
    Keys keys = current;
    String algorithm = keys.key().getAlgorithm();
    for (String keyType : keyTypes) {
      // Some ask by the kind of the authority's signature too: EC_EC.
      if (keyType.startsWith(algorithm)) {
        return keys.alias();
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return getServerAliases(keyType, issuers);
  }
}
