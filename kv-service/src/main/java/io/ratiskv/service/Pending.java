package io.ratiskv.service;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Refusal;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts what is taken in and not answered, against the bounds. Any thread may call. */
final class Pending {
  private final ServiceLimits limits;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  Pending(ServiceLimits limits) {
    this.limits = limits;
  }

  /** Takes a request in; or says why not, and then it isn't. */
  Refusal.@Nullable Builder take(Request request) {
    long count = requests.incrementAndGet();
    long size = bytes.addAndGet(request.bytes());
    if (count > limits.pendingRequests()) {
      release(request);
      return Refusals.of(Code.OVERLOADED, count, limits.pendingRequests());
    }
    if (size > limits.pendingBytes()) {
      release(request);
      return Refusals.of(Code.OVERLOADED, size, limits.pendingBytes());
    }
    return null;
  }

  long requests() {
    return requests.get();
  }

  long bytes() {
    return bytes.get();
  }

  void release(Request request) {
    requests.decrementAndGet();
    bytes.addAndGet(-request.bytes());
  }
}
