package io.ratiskv.client;

/** What is known of a write whose call failed. */
public enum Outcome {
  /** It did not take effect and never will: calling again can't make it happen twice. */
  NOT_APPLIED,

  /** It may have taken effect, or may yet; {@link AsyncKvClient#resolve} tells. */
  UNKNOWN
}
