package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import io.ratiskv.it.check.Operation.Status;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A history as lines of JSON, in ASCII. Each line has these fields in this order, and no spaces
 * outside its strings; a reader refuses all else.
 *
 * <pre>
 * n        number
 * client   number
 * op       "get", "put", "append"
 * key      string
 * in       string   what was put or appended; empty for a get
 * call     number   nanoseconds
 * return   number   nanoseconds; -1: no end was seen
 * status   "ok", "info", "fail"
 * found    true, false
 * value    string   what was read; empty if nothing was
 * version  number   -1: the answer named none
 * length   number   -1: the answer named none
 * </pre>
 */
final class HistoryFile {
  private static final long NO_RETURN = -1;

  private HistoryFile() {}

  static void write(Path file, List<Operation> operations) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (Operation operation : operations) {
        out.write(encode(operation));
        out.newLine();
      }
    }
  }

  static List<Operation> read(Path file) throws IOException {
    List<Operation> operations = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        try {
          operations.add(decode(line));
        } catch (IllegalArgumentException e) {
          int number = operations.size() + 1;
          throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
        }
      }
    }
    return operations;
  }

  static String encode(Operation operation) {
    long end = operation.returnNanos();
    Output output = operation.output();
    return new JsonLine.Writer()
        .number("n", operation.number())
        .number("client", operation.client())
        .string("op", operation.kind().lowerCase())
        .string("key", operation.key())
        .string("in", operation.input())
        .number("call", operation.callNanos())
        .number("return", end == Operation.NEVER ? NO_RETURN : end)
        .string("status", operation.status().lowerCase())
        .bool("found", output.found())
        .string("value", output.value())
        .number("version", output.version())
        .number("length", output.length())
        .end();
  }

  static Operation decode(String line) {
    JsonLine.Reader in = new JsonLine.Reader(line);
    int number = Math.toIntExact(in.number("n"));
    int client = Math.toIntExact(in.number("client"));
    Kind kind = Kind.valueOf(in.string("op").toUpperCase(Locale.ROOT));
    String key = in.string("key");
    String input = in.string("in");
    long call = in.number("call");
    long end = in.number("return");
    Status status = Status.valueOf(in.string("status").toUpperCase(Locale.ROOT));
    boolean found = in.bool("found");
    String value = in.string("value");
    long version = in.number("version");
    Output output = new Output(found, value, version, Math.toIntExact(in.number("length")));
    in.end();
    return new Operation(
        number,
        client,
        kind,
        key,
        input,
        call,
        end == NO_RETURN ? Operation.NEVER : end,
        status,
        output);
  }
}
