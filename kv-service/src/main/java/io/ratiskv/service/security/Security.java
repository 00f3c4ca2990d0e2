package io.ratiskv.service.security;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates and rules of one server, which follow their files while it runs. Whatever else
 * listens for people and programs of the operator's asks here too: {@link #clients} for the TLS, a
 * {@link Principal} for who it is.
 */
public final class Security implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Security.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  private final SecurityConfig config;
  private final @Nullable Credentials clients;
  private final @Nullable Credentials peers;
  private final @Nullable Credentials asking;
  private final @Nullable FileWatch rulesWatch;
  private volatile AccessRules rules;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "kv-certificates");
            thread.setDaemon(true);
            return thread;
          });

  private Security(SecurityConfig config) throws IOException {
    this.config = config;
    TlsFiles ofClients = config.clients();
    TlsFiles ofPeers = config.peers();
    List<Path> peerAuthorities = authorities(ofPeers);
    // The other servers ask there too, with the certificates that they have for each other.
    clients =
        ofClients == null
            ? null
            : Credentials.open(
                ofClients, config.knowsClients() ? peerAuthorities : List.of(), false);
    peers = ofPeers == null ? null : Credentials.open(ofPeers, List.of(), true);
    asking = ofClients == null ? null : asking(ofClients, ofPeers);
    rulesWatch = config.rules() == null ? null : new FileWatch(List.of(config.rules()));
    rules = config.rules() == null ? AccessRules.OPEN : AccessRules.read(config.rules());
  }

  /**
   * Reads all files, and begins to look after them.
   *
   * @throws IOException naming the file that is wrong, and why
   */
  public static Security open(SecurityConfig config) throws IOException {
    Security security = new Security(config);
    if (config.clients() != null && !config.knowsClients()) {
      LOG.warn(
          "clients need no certificate: whoever reaches their port reads and changes everything;"
              + " name an authority (--tls-ca) to ask for one");
    }
    var unused =
        security.watch.scheduleWithFixedDelay(
            security::reload, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return security;
  }

  /** For asking the other servers at their ports for clients. */
  private static Credentials asking(TlsFiles ofClients, @Nullable TlsFiles ofPeers)
      throws IOException {
    List<Path> authorities = new ArrayList<>(authorities(ofClients));
    authorities.addAll(authorities(ofPeers));
    if (authorities.isEmpty()) {
      // Nobody was named: whoever has what this server has.
      authorities.add(ofClients.certificate());
    }
    TlsFiles own = ofPeers == null ? ofClients : ofPeers;
    return Credentials.open(new TlsFiles(own.certificate(), own.key(), null), authorities, false);
  }

  private static List<Path> authorities(@Nullable TlsFiles files) {
    return files == null || files.trusted() == null ? List.of() : List.of(files.trusted());
  }

  private void reload() {
    try {
      Stream.of(clients, peers, asking).filter(Objects::nonNull).forEach(Credentials::reload);
      Path file = config.rules();
      if (rulesWatch != null && file != null && rulesWatch.changed()) {
        rules = AccessRules.read(file);
        LOG.info("the rules of access in {} are in force", file);
      }
    } catch (IOException e) {
      LOG.warn(
          "the changed rules of access are not used: {}; the former ones stay", e.getMessage());
    } catch (RuntimeException e) {
      // A failure must not end the watch itself.
      LOG.error("could not look after the certificates", e);
    }
  }

  public SecurityConfig config() {
    return config;
  }

  /** For what clients connect to; null: plain text. */
  public @Nullable Credentials clients() {
    return clients;
  }

  /** For Raft's port; null: plain text. */
  public @Nullable Credentials peers() {
    return peers;
  }

  /** For connecting to the other servers' ports for clients; null: plain text. */
  public @Nullable Credentials asking() {
    return asking;
  }

  /** Those in force now. */
  public AccessRules rules() {
    return rules;
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }
}
