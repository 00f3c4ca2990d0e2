/** Makes certificates for trying things out, and for tests. */
@NullMarked
package io.ratiskv.cli.x509;

import org.jspecify.annotations.NullMarked;
