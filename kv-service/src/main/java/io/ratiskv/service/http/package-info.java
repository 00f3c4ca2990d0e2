/** A small HTTP server for those who look: pages made on request, and nothing taken in. */
@NullMarked
package io.ratiskv.service.http;

import org.jspecify.annotations.NullMarked;
