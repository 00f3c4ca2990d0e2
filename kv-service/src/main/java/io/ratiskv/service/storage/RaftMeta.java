package io.ratiskv.service.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ratiskv.service.storage.DamagedLogException.Finding;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/**
 * Checks the two small files that Ratis keeps beside its log, before Ratis reads them.
 *
 * <pre>
 * raft-meta        properties: term, and votedFor, which is empty if it voted for nobody
 * raft-meta.conf   a LogEntryProto: the members, as of the last change; absent if there was none
 * </pre>
 *
 * Left to itself Ratis begins with term 0 where the first is gone, and might vote a second time in
 * a term; over a second that it can't read it goes on without it. Neither file has a checksum:
 * another digit or letter in them is noticed only where it can't be right.
 */
public final class RaftMeta {
  private static final String META = "raft-meta";
  private static final String MEMBERS = "raft-meta.conf";
  private static final String TERM = "term";
  private static final String VOTED_FOR = "votedFor";

  private RaftMeta() {}

  /**
   * A server's term, and whom it voted for in it; empty: nobody.
   *
   * @param term the latest that it knows
   */
  public record Vote(long term, String votedFor) {}

  /** What a checked file says; null if there is none. */
  static @Nullable Vote read(Path folder) throws IOException {
    Path meta = vote(folder);
    if (!Files.exists(meta)) {
      return null;
    }
    Properties properties = properties(meta);
    return new Vote(term(properties.getProperty(TERM)), properties.getProperty(VOTED_FOR, ""));
  }

  /** The entry with the members; an empty one if there is none. */
  static LogEntryProto members(Path folder) throws IOException {
    Path members = membersFile(folder);
    return Files.exists(members)
        ? LogEntryProto.parseFrom(Files.readAllBytes(members))
        : LogEntryProto.getDefaultInstance();
  }

  /** Writes both, for a server that has never run: it has voted for nobody. */
  static void write(Path folder, long term, LogEntryProto members) throws IOException {
    DurableFiles.replace(vote(folder), folder.resolve(META + ".tmp"), text(new Vote(term, "")));
    writeMembers(folder, members);
  }

  static Path vote(Path folder) {
    return folder.resolve(META);
  }

  static byte[] text(Vote vote) {
    return (TERM + "=" + vote.term() + "\n" + VOTED_FOR + "=" + vote.votedFor() + "\n")
        .getBytes(UTF_8);
  }

  static Path membersFile(Path folder) {
    return folder.resolve(MEMBERS);
  }

  static void writeMembers(Path folder, LogEntryProto members) throws IOException {
    DurableFiles.replace(
        membersFile(folder), folder.resolve(MEMBERS + ".tmp"), members.toByteArray());
  }

  /**
   * Checks both.
   *
   * @param folder {@code current} in the folder of the group; it may be absent
   * @param lastTerm the term of the last entry in the log; -1 if there is none
   * @param ran whether the server has been started before
   * @throws DamagedLogException if one can't be what Ratis wrote
   */
  public static void check(Path folder, long lastTerm, boolean ran) throws IOException {
    Path meta = vote(folder);
    if (Files.exists(meta)) {
      checkVote(meta, lastTerm);
    } else if (ran || lastTerm >= 0) {
      throw damaged(meta, "the term and vote of a server that has run", "no such file");
    }
    Path members = membersFile(folder);
    if (Files.exists(members)) {
      checkMembers(members);
    }
  }

  /** Whether the file with the vote is there, and can't be what Ratis wrote. */
  static boolean isVoteDamaged(Path folder) throws IOException {
    return isDamaged(vote(folder), meta -> checkVote(meta, -1));
  }

  /** Whether the file with the members is there, and can't be what Ratis wrote. */
  static boolean areMembersDamaged(Path folder) throws IOException {
    return isDamaged(membersFile(folder), RaftMeta::checkMembers);
  }

  private interface Check {
    void of(Path file) throws IOException;
  }

  private static boolean isDamaged(Path file, Check check) throws IOException {
    try {
      check.of(file);
      return false;
    } catch (NoSuchFileException e) {
      return false;
    } catch (DamagedLogException e) {
      return true;
    }
  }

  private static Properties properties(Path meta) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(meta, UTF_8)) {
      properties.load(in);
    } catch (IllegalArgumentException | MalformedInputException e) {
      throw damaged(meta, "properties", "other bytes");
    }
    return properties;
  }

  private static void checkVote(Path meta, long lastTerm) throws IOException {
    Properties properties = properties(meta);
    long term = term(properties.getProperty(TERM));
    if (term < 0) {
      throw damaged(meta, "a line term=NUMBER", "none");
    }
    if (term < lastTerm) {
      throw damaged(meta, "a term of " + lastTerm + " or more, as in the log", "term " + term);
    }
    if (properties.getProperty(VOTED_FOR) == null) {
      throw damaged(meta, "a line votedFor=SERVER", "none");
    }
  }

  private static long term(@Nullable String text) {
    try {
      return text == null ? -1 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static void checkMembers(Path members) throws IOException {
    try {
      LogEntryProto entry = LogEntryProto.parseFrom(Files.readAllBytes(members));
      if (entry.getConfigurationEntry().getPeersCount() == 0) {
        throw damaged(members, "the members", "none");
      }
    } catch (InvalidProtocolBufferException e) {
      throw damaged(members, "an entry with the members", "other bytes");
    }
  }

  private static DamagedLogException damaged(Path file, String expected, String found) {
    return new DamagedLogException(file, 0, new Finding(expected, found));
  }
}
