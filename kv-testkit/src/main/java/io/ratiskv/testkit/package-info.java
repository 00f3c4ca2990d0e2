/**
 * A real cluster in the JVM of a test: {@link io.ratiskv.testkit.TestCluster}, and {@link
 * io.ratiskv.testkit.KvClusterExtension} for JUnit 5.
 */
@NullMarked
package io.ratiskv.testkit;

import org.jspecify.annotations.NullMarked;
