/**
 * Settings: options that may also come from the environment or a file, under the same name. An
 * option becomes one by {@link io.ratiskv.cli.config.Setting}.
 */
@NullMarked
package io.ratiskv.cli.config;

import org.jspecify.annotations.NullMarked;
