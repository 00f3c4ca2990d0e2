/** Puts the same load on this store and on etcd, by the engine of {@code kv bench}. */
@NullMarked
package io.ratiskv.benchmarks.etcd;

import org.jspecify.annotations.NullMarked;
