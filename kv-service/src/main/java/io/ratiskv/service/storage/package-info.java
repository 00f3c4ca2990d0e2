/**
 * What a server keeps on its disk, and what is done about it before Ratis opens it.
 *
 * <p>{@link io.ratiskv.service.storage.DataFolder} makes sure that the folder is this server's and
 * no other process's. {@link io.ratiskv.service.storage.RaftLogTail} then checks the log: a last
 * entry that a crash cut short is trimmed, any other damage keeps the server from starting. Neither
 * uses Ratis's own classes.
 *
 * <p>Without a running server: {@link io.ratiskv.service.storage.OfflineFolder} looks at a folder,
 * {@link io.ratiskv.service.storage.BackupFile} is a backup, and {@link
 * io.ratiskv.service.storage.NewCluster} makes the folders of a cluster from either.
 */
@NullMarked
package io.ratiskv.service.storage;

import org.jspecify.annotations.NullMarked;
