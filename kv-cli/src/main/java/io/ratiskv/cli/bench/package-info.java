/**
 * Loads a store and measures it. It knows neither the command line nor our own client, so that
 * other stores can be measured by the same code.
 */
@NullMarked
package io.ratiskv.cli.bench;

import org.jspecify.annotations.NullMarked;
