/**
 * The client of a Ratis KV cluster.
 *
 * <h2>In five minutes</h2>
 *
 * <p>Name some servers, and keep the client for as long as the application runs:
 *
 * <pre>{@code
 * try (KvClient kv = KvClient.builder().endpoints("kv1:7001", "kv2:7001", "kv3:7001").build()) {
 *   kv.put("greeting", "hello");
 *   kv.append("greeting", " world");
 *   kv.get("greeting").valueAsString();  // "hello world"
 *   kv.get("nobody").found();            // false
 * }
 * }</pre>
 *
 * <p>The client finds the leader by itself, and follows it. Keys are 1 to 4096 bytes and values at
 * most 1 MiB, also those that appends make.
 *
 * <p>Without waiting, which lets one thread have thousands of calls under way:
 *
 * <pre>{@code
 * AsyncKvClient async = kv.async();
 * async.append("log", "a");
 * async.append("log", "b")                            // after "a"
 *     .thenAccept(result -> print(result.length()));  // on the callback executor
 * }</pre>
 *
 * <p>Less time for some calls than the 10 s that each has:
 *
 * <pre>{@code
 * KvClient hasty = kv.withTimeout(Duration.ofMillis(200));
 * }</pre>
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>A write takes effect once, or never: the client sends it again until it is answered, and
 *       the servers know it again.
 *   <li>The writes of one client take effect in the order of the calls. A get sees those that were
 *       called before it, and all that any client has been told was done.
 *   <li>Every call ends by its deadline, whatever the servers do.
 * </ul>
 *
 * <h2>Failures</h2>
 *
 * <p>All are {@link io.ratiskv.client.KvException}s, unchecked. The synchronous client throws them;
 * the asynchronous client completes its futures with them, not with wrappers of them. Each says by
 * {@link io.ratiskv.client.KvException#outcome()} what is known of the write:
 *
 * <pre>{@code
 * try {
 *   kv.append("log", "c");
 * } catch (KvException e) {
 *   switch (e.outcome()) {
 *     case NOT_APPLIED -> retry();    // calling again can't make it happen twice
 *     case UNKNOWN ->                 // it may be there, or may yet come to be
 *         e.requestId().ifPresent(id -> log(id));
 *   }
 * }
 * }</pre>
 *
 * <p>What is unknown can be made a fact, by this client or, later and elsewhere, by another with
 * the same principal:
 *
 * <pre>{@code
 * Resolution resolution = kv.resolve(RequestId.parse("0-17-4-2"));
 * }</pre>
 *
 * <p>The answer is the write's {@linkplain io.ratiskv.client.Resolution.Applied result}, or that it
 * did not {@linkplain io.ratiskv.client.Resolution.NeverApplied take effect and never will}, or, of
 * a session that has ended, that it is {@linkplain io.ratiskv.client.Resolution.Lost lost}.
 *
 * <ul>
 *   <li>{@link io.ratiskv.client.DeadlineExceededException}: too late.
 *   <li>{@link io.ratiskv.client.OverloadedException}: too much at once.
 *   <li>{@link io.ratiskv.client.LimitExceededException}: too large.
 *   <li>{@link io.ratiskv.client.SessionExpiredException}: the servers had given the client up.
 *   <li>{@link io.ratiskv.client.FencedException}: resolved by another client, as never applied.
 *   <li>{@link io.ratiskv.client.ClientClosedException}, {@link
 *       io.ratiskv.client.KvInterruptedException}: the application's own doing.
 *   <li>{@link io.ratiskv.client.WrongClusterException}, {@link
 *       io.ratiskv.client.AccessDeniedException}, {@link io.ratiskv.client.ProtocolException}: the
 *       wrong place, the wrong person, the wrong version.
 * </ul>
 */
@NullMarked
package io.ratiskv.client;

import org.jspecify.annotations.NullMarked;
