package io.ratiskv.service;

import io.ratiskv.service.security.ClientLimits;
import io.ratiskv.service.security.Principal;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What each principal uses of this server: streams that are open, requests in a second. Who is
 * anonymous is not counted, since all of them would be one. Any thread may call.
 */
final class Quotas {
  /** Those that have no stream open are forgotten, the longest idle first. */
  private static final int MAX_IDLE = 10_000;

  private final ClientLimits limits;
  private final LongSupplier nanoClock;

  /** In the order in which they were last used. Guarded by this. */
  private final Map<String, Use> uses = new LinkedHashMap<>(16, 0.75f, true);

  private int idle;

  Quotas(ClientLimits limits, LongSupplier nanoClock) {
    this.limits = limits;
    this.nanoClock = nanoClock;
  }

  /** Counts a stream; null: that were one too many. */
  synchronized @Nullable Use begin(Principal principal) {
    if (principal.id().isEmpty()) {
      return new Use("", 0, nanoClock);
    }
    Use use = uses.get(principal.id());
    if (use == null) {
      use = new Use(principal.id(), limits.requestsPerSecond(), nanoClock);
      uses.put(principal.id(), use);
      idle++;
    }
    if (use.streams == limits.streams()) {
      return null;
    }
    idle -= use.streams == 0 ? 1 : 0;
    use.streams++;
    return use;
  }

  /** A stream has ended. */
  synchronized void end(Use use) {
    if (use.principal.isEmpty()) {
      return;
    }
    use.streams--;
    idle += use.streams == 0 ? 1 : 0;
    Iterator<Use> oldest = uses.values().iterator();
    while (idle > MAX_IDLE && oldest.hasNext()) {
      if (oldest.next().streams == 0) {
        oldest.remove();
        idle--;
      }
    }
  }

  /** For tests: those that are kept. */
  synchronized int size() {
    return uses.size();
  }

  /** One principal's. */
  static final class Use {
    private final String principal;
    private final long perSecond;
    private final LongSupplier nanoClock;

    /** Guarded by the quotas. */
    private int streams;

    /** What may be used of a second, in billionths of a request. Guarded by this. */
    private long credit;

    private long countedAt;

    private Use(String principal, long perSecond, LongSupplier nanoClock) {
      this.principal = principal;
      this.perSecond = perSecond;
      this.nanoClock = nanoClock;
      this.credit = perSecond * TimeUnit.SECONDS.toNanos(1);
      this.countedAt = nanoClock.getAsLong();
    }

    /** Whether another request may come now; a second's worth may come at once. */
    boolean takesRequest() {
      return perSecond == 0 || spend();
    }

    private synchronized boolean spend() {
      long one = TimeUnit.SECONDS.toNanos(1);
      long now = nanoClock.getAsLong();
      long elapsed = Math.min(now - countedAt, one);
      countedAt = now;
      credit = Math.min(perSecond * one, credit + elapsed * perSecond);
      if (credit < one) {
        return false;
      }
      credit -= one;
      return true;
    }

    long perSecond() {
      return perSecond;
    }
  }
}
