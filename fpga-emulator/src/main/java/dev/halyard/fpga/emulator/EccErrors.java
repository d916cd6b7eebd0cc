package dev.halyard.fpga.emulator;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.TreeSet;

/**
 * The words of the memory that hold an error which ECC detects and cannot correct. One thread uses
 * it.
 */
final class EccErrors {
  /** What one code word protects, in bytes. */
  private static final long WORD = 8;

  private static final int TWO_BITS = 0b1001;

  private final TreeSet<Long> words = new TreeSet<>();
  private long lastWritten;

  /** Notes that a copy has written bytes: what was wrong there no longer is. */
  void wrote(long address, long bytes) {
    lastWritten = address;
    words.subSet(address / WORD, (address + bytes + WORD - 1) / WORD).clear();
  }

  /**
   * Flips two bits of what was written last.
   *
   * @throws AddressException if there is no memory
   */
  void strike(BoardMemory memory) {
    MemorySegment first = memory.slice(lastWritten, 1);
    byte before = first.get(ValueLayout.JAVA_BYTE, 0);
    first.set(ValueLayout.JAVA_BYTE, 0, (byte) (before ^ TWO_BITS));
    words.add(lastWritten / WORD);
  }

  /** {@return whether any word has an error} */
  boolean any() {
    return !words.isEmpty();
  }

  /** {@return whether one of these bytes lies in a word with an error} */
  boolean touch(long address, long bytes) {
    return !words.subSet(address / WORD, (address + bytes + WORD - 1) / WORD).isEmpty();
  }
}
