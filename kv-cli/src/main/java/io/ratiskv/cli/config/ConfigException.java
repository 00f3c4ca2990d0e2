package io.ratiskv.cli.config;

/** Settings that can't be used. The message says where and what would do. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }
}
