package io.ratiskv.cli.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On an option: {@code --some-name} may also come from the variable {@code KV_SOME_NAME}, or from
 * the key {@code some-name} of the file that {@code --config} names. The option on the command line
 * goes first, then the variable, then the file, then the default.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Setting {}
