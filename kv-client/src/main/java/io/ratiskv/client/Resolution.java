package io.ratiskv.client;

/**
 * What became of a write. All but {@link Lost} is a fact that no later event changes, a restore of
 * the cluster from a backup apart.
 */
public sealed interface Resolution {
  /** One method for each case. */
  interface Handler<R> {
    R applied(Applied applied);

    R refusedByLimit(RefusedByLimit refused);

    R neverApplied(NeverApplied never);

    R lost(Lost lost);
  }

  <R> R handle(Handler<R> handler);

  /**
   * It took effect, once.
   *
   * @param version the log index of the write
   * @param length the length in bytes of the key's value just after it
   */
  record Applied(long version, int length) implements Resolution {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.applied(this);
    }
  }

  /**
   * It came to the servers, and was refused for what it is: it changed nothing and never will.
   *
   * @param what which quantity was out of its limits
   * @param actual what it was, or would have been
   * @param limit what is allowed
   */
  record RefusedByLimit(String what, long actual, long limit) implements Resolution {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.refusedByLimit(this);
    }
  }

  /** It did not take effect and never will: to make it again can't make it happen twice. */
  record NeverApplied() implements Resolution {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.neverApplied(this);
    }
  }

  /**
   * It can't be told, or not any more, whether it took effect.
   *
   * @param why in words, for a person
   */
  record Lost(String why) implements Resolution {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.lost(this);
    }
  }
}
