package io.ratiskv.cli.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * A file of settings: Java properties in UTF-8, one {@code key = value} a line. A key that stands
 * there twice is an error, where Java would take the last.
 */
final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads it.
   *
   * @throws ConfigException naming the file, where it can't be read
   */
  static Map<String, String> read(String name) {
    Map<String, String> values = new LinkedHashMap<>();
    try (Reader reader = Files.newBufferedReader(Path.of(name), StandardCharsets.UTF_8)) {
      new Lines(name, values).load(reader);
    } catch (NoSuchFileException e) {
      throw new ConfigException("--config: there is no file " + name);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException("--config: can't read " + name + ": " + e.getMessage());
    }
    return values;
  }

  /** Keeps the order, and notices what comes twice. */
  private static final class Lines extends Properties {
    private static final long serialVersionUID = 1L;

    private final transient String name;
    private final transient Map<String, String> values;

    Lines(String name, Map<String, String> values) {
      this.name = name;
      this.values = values;
    }

    @Override
    public synchronized Object put(Object key, Object value) {
      if (values.put((String) key, ((String) value).strip()) != null) {
        throw new ConfigException(name + ": the key '" + key + "' stands there twice");
      }
      return value;
    }
  }
}
