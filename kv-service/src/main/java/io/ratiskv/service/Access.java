package io.ratiskv.service;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.service.security.AccessRules;
import io.ratiskv.service.security.Action;
import io.ratiskv.service.security.Principal;
import io.ratiskv.statemachine.core.MalformedException;
import io.ratiskv.statemachine.core.OperationDecoder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one client may do, by the rules that are in force when it asks. */
final class Access {
  private final Principal principal;
  private final Supplier<AccessRules> rules;
  private final Sessions sessions;
  private final Quotas.Use use;

  /** Whose sessions are whose; any thread may ask. */
  interface Sessions {
    boolean isAnothers(long session, String principal);
  }

  Access(Principal principal, Supplier<AccessRules> rules, Sessions sessions, Quotas.Use use) {
    this.principal = principal;
    this.rules = rules;
    this.sessions = sessions;
    this.use = use;
  }

  /** For any request; null: it may be made now. */
  Refusal.@Nullable Builder toAsk() {
    return use.takesRequest()
        ? null
        : Refusals.of(
                Code.OVERLOADED,
                principal + " makes more than " + use.perSecond() + " requests a second")
            .setLimit(use.perSecond());
  }

  /** Whether somebody else opened the session. */
  boolean isAnothers(long session) {
    return sessions.isAnothers(session, principal.id());
  }

  /** To whom the sessions belong that are opened here. */
  String id() {
    return principal.id();
  }

  /** For opening a session, and what settles the fate of writes; null: it may. */
  Refusal.@Nullable Builder toWriteAtAll() {
    return rules.get().allowsAny(principal, Action.WRITE)
        ? null
        : denied(principal + " may not write");
  }

  /** For a batch that is well formed; null: it may. */
  Refusal.@Nullable Builder toWrite(ByteString operations) throws MalformedException {
    AccessRules now = rules.get();
    return now.allowsAll(principal, Action.WRITE)
            || OperationDecoder.allKeys(operations, key -> now.allows(principal, Action.WRITE, key))
        ? null
        : denied(principal + " may not write all of these keys");
  }

  /** For a read; null: it may. */
  Refusal.@Nullable Builder toRead(Read read) {
    if (isAnothers(read.getSession())) {
      return Refusals.of(Code.DENIED, 0, 0);
    }
    AccessRules now = rules.get();
    return now.allowsAll(principal, Action.READ)
            || read.getKeysList().stream().allMatch(key -> now.allows(principal, Action.READ, key))
        ? null
        : denied(principal + " may not read all of these keys");
  }

  /** Keys are no text for errors and logs. */
  private static Refusal.Builder denied(String message) {
    return Refusals.of(Code.DENIED, message);
  }
}
