/**
 * The contract between clients and servers, and of the log: the messages are generated into {@code
 * v1}.
 */
@NullMarked
package io.ratiskv.protocol;

import org.jspecify.annotations.NullMarked;
