package io.ratiskv.cli;

import io.ratiskv.client.KvClient;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Which servers a command turns to.
 *
 * @param list each {@code host:port}, and once
 */
record Endpoints(List<String> list) {
  static final String VARIABLE = "KV_ENDPOINTS";

  /** Those of {@code kv dev}. */
  static final String DEFAULT = "127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003";

  /**
   * Reads {@code host:port,host:port}.
   *
   * @throws IllegalArgumentException naming the one that is wrong
   */
  static Endpoints parse(String text) {
    List<String> endpoints =
        Arrays.stream(text.split(",", -1)).map(String::strip).distinct().toList();
    KvClient.builder().endpoints(endpoints);
    return new Endpoints(endpoints);
  }

  /** For the command line. */
  static final class Converter implements ITypeConverter<Endpoints> {
    @Override
    public Endpoints convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
