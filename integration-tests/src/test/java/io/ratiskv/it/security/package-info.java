/** Servers with certificates, and those who have none, or wrong ones. */
package io.ratiskv.it.security;
