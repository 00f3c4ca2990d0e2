/**
 * Who is let in, and what he may do: certificates, the roles and names in them, the rules of
 * access. Knows neither gRPC nor Ratis: what it gives are the key and trust managers of Java, which
 * both take.
 */
@NullMarked
package io.ratiskv.service.security;

import org.jspecify.annotations.NullMarked;
