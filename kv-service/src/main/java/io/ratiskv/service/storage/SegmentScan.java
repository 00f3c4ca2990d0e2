package io.ratiskv.service.storage;

import io.ratiskv.service.storage.DamagedLogException.Finding;
import io.ratiskv.service.storage.SegmentBytes.Frame;

/**
 * Checks one segment from front to back.
 *
 * @param entries that are whole, from the segment's start on
 * @param lastTerm the term of the last of them; -1 if there is none
 * @param end the offset where they end
 * @param isTorn whether a part of one more entry follows, which a crash cut short
 */
record SegmentScan(long entries, long lastTerm, int end, boolean isTorn) {
  /**
   * Checks a segment.
   *
   * @throws DamagedLogException if it is one that no crash leaves
   */
  static SegmentScan of(SegmentName name, SegmentBytes bytes) throws DamagedLogException {
    if (!bytes.hasHeader()) {
      // Ratis removes such a file. It does so too if entries follow the zeros, and if the segment
      // is closed: acknowledged entries would be gone without a word.
      if (name.isOpen() && bytes.hasOnlyPartOfHeader()) {
        return new SegmentScan(0, -1, 0, false);
      }
      throw new DamagedLogException(
          name.file(), 0, new Finding("the header \"RaftLog1\"", "another or none"));
    }
    int offset = SegmentBytes.HEADER_BYTES;
    long index = name.start();
    long term = -1;
    // After the last entry that a closed segment's name promises, Ratis reads nothing.
    while (index <= name.end() && offset < bytes.written()) {
      Frame frame = bytes.frameAt(offset);
      if (frame == null || !bytes.isWhole(frame)) {
        return torn(name, bytes, offset, index, term);
      }
      long found = bytes.indexAt(frame.content());
      if (found != index) {
        throw new DamagedLogException(
            name.file(), offset, new Finding("entry " + index, "entry " + found));
      }
      term = bytes.termAt(frame.content());
      offset = (int) frame.end();
      index++;
    }
    if (!name.isOpen() && index <= name.end()) {
      throw new DamagedLogException(
          name.file(),
          offset,
          new Finding("entry " + index, offset < bytes.size() ? "zeros" : "the end of the file"));
    }
    return new SegmentScan(index - name.start(), term, offset, false);
  }

  /** A closed segment was whole once, so nothing in it can be a crash's doing. */
  private static SegmentScan torn(
      SegmentName name, SegmentBytes bytes, int offset, long index, long term)
      throws DamagedLogException {
    Finding damage = new TornEntry(bytes, offset, index).damage();
    if (damage == null && !name.isOpen()) {
      damage = new Finding("all of entry " + index + ", in a closed segment", "a part of it");
    }
    if (damage != null) {
      throw new DamagedLogException(name.file(), offset, damage);
    }
    return new SegmentScan(index - name.start(), term, offset, true);
  }
}
