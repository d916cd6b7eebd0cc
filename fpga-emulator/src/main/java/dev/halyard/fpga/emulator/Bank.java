package dev.halyard.fpga.emulator;

/**
 * A bank of the board's memory.
 *
 * @param name as MEM_TOPOLOGY tags it: without spaces
 * @param address of its first byte, a multiple of {@link #ALIGNMENT}
 * @param bytes its size, a multiple of {@link #ALIGNMENT} and at most {@link #MAX_BYTES}
 */
record Bank(String name, long address, long bytes) {
  /** Of addresses and sizes, in bytes: what a compute unit attaches. */
  static final long ALIGNMENT = 4096;

  /** The largest bank, in bytes; only what is written takes room. */
  static final long MAX_BYTES = 1L << 40;

  /** The end of the address space, which leaves sums of an address and a size positive. */
  private static final long MAX_END = 1L << 62;

  Bank {
    if (name.isBlank() || !name.equals(name.strip()) || name.contains(" ")) {
      throw new InvalidImageException("the name of a memory bank is '" + name + "'");
    }
    if (address < 0 || address % ALIGNMENT != 0 || address > MAX_END - MAX_BYTES) {
      throw new InvalidImageException(
          "memory bank %s begins at %#x: give a multiple of %d below 2^62"
              .formatted(name, address, ALIGNMENT));
    }
    if (bytes <= 0 || bytes % ALIGNMENT != 0 || bytes > MAX_BYTES) {
      throw new InvalidImageException(
          "memory bank %s has %d bytes: give a multiple of %d up to 2^40"
              .formatted(name, bytes, ALIGNMENT));
    }
  }

  /** {@return the address behind the last byte} */
  long end() {
    return address + bytes;
  }

  /** {@return whether a range, of which neither end may overflow, lies inside} */
  boolean holds(long from, long length) {
    return from >= address && length >= 0 && from <= end() && length <= end() - from;
  }

  /** {@return whether any byte belongs to both} */
  boolean overlaps(Bank other) {
    return address < other.end() && other.address < end();
  }
}
