package io.ratiskv.service.http;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Who gets in by HTTPS, and sees what. Any thread may ask. */
public interface Door {
  SSLContext tls();

  /** Whether visitors are asked for a certificate. Who shows none gets in, but not a wrong one. */
  boolean asksForCertificates();

  /** Why a visitor may not see a page, in a line; null: he may. */
  @Nullable String refusal(String path, SSLSession visitor);
}
