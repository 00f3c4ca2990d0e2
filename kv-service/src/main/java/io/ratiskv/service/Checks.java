package io.ratiskv.service;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.statemachine.core.EntryDecoder;
import io.ratiskv.statemachine.core.MalformedException;
import io.ratiskv.statemachine.core.OperationDecoder;

/**
 * What a request has to be like to be let in: the state machine's own rules, so that no entry is
 * refused for one of it.
 */
final class Checks {
  private Checks() {}

  static void nonce(ByteString nonce) throws MalformedException {
    EntryDecoder.checkNonce(nonce.size());
  }

  static void batch(Batch batch) throws MalformedException {
    EntryDecoder.checkNumbers(batch.getSequence(), batch.getFirstUnanswered());
    OperationDecoder.check(batch.getOperations());
  }

  static void fence(Fence fence) throws MalformedException {
    EntryDecoder.checkFence(fence.getSequence(), fence.getFirstUnanswered());
  }

  static void read(Read read) throws MalformedException {
    if (read.getKeysCount() == 0) {
      throw new MalformedException(Code.MALFORMED, "number of keys in a read", 0, 1);
    }
    if (read.getKeysCount() > Limits.MAX_BATCH_OPERATIONS) {
      throw new MalformedException(
          Code.TOO_MANY_OPERATIONS,
          "number of keys in a read",
          read.getKeysCount(),
          Limits.MAX_BATCH_OPERATIONS);
    }
    for (ByteString key : read.getKeysList()) {
      OperationDecoder.checkKey(key.size());
    }
  }
}
