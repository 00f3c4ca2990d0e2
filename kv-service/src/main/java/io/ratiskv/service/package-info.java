/** The gRPC service that clients speak to, around one Ratis server. */
@NullMarked
package io.ratiskv.service;

import org.jspecify.annotations.NullMarked;
