package io.ratiskv.service.security;

/** What is done with a key. */
public enum Action {
  READ,
  WRITE
}
