package io.ratiskv.service;

import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.service.http.Door;
import io.ratiskv.service.security.Credentials;
import io.ratiskv.service.security.Principal;
import io.ratiskv.service.security.Security;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Lets those see a server who may ask for its status at the port for clients, by the same
 * certificates. A few pages are for everybody: a probe has no certificate.
 */
final class HttpDoor implements Door {
  private final Credentials credentials;
  private final boolean knowsClients;
  private final Set<String> forAll;

  private HttpDoor(Credentials credentials, boolean knowsClients, Set<String> forAll) {
    this.credentials = credentials;
    this.knowsClients = knowsClients;
    this.forAll = forAll;
  }

  /** As at the port for clients; null: plain text, as there. */
  static @Nullable HttpDoor of(Security security, Set<String> forAll) {
    Credentials credentials = security.clients();
    return credentials == null
        ? null
        : new HttpDoor(credentials, security.config().knowsClients(), forAll);
  }

  @Override
  public SSLContext tls() {
    return credentials.javaContext();
  }

  @Override
  public boolean asksForCertificates() {
    return knowsClients;
  }

  @Override
  public @Nullable String refusal(String path, SSLSession visitor) {
    if (!knowsClients || forAll.contains(path)) {
      return null;
    }
    Optional<Principal> caller = Authentication.caller(visitor);
    return caller.isPresent()
            && Authentication.mayCall(caller.get().role(), AdminGrpc.getGetStatusMethod())
        ? null
        : "this asks for a certificate with one URI ratiskv://ROLE/NAME";
  }
}
