package io.ratiskv.cli;

import java.nio.file.Path;

/**
 * The servers that {@code kv bench} starts.
 *
 * @param data where to make a folder for them
 * @param servers how many
 * @param slowFollower whether one that isn't the leader is to be slow
 */
record BenchStart(Path data, int servers, boolean slowFollower) {}
