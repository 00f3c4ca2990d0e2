package io.ratiskv.statemachine.core;

/** One write. */
sealed interface Operation {
  Bytes key();

  <R> R handle(Handler<R> handler);

  /** One method for each kind. */
  interface Handler<R> {
    R put(Put operation);

    R append(Append operation);
  }

  /** Replaces what is there. */
  record Put(Bytes key, Bytes value) implements Operation {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.put(this);
    }
  }

  /** Adds to what is there; a key that isn't there counts as empty. */
  record Append(Bytes key, Bytes tail) implements Operation {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.append(this);
    }
  }
}
