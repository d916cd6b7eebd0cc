package dev.halyard.cpu;

import org.jspecify.annotations.Nullable;

/** A loop that is generated when it is first asked for. */
final class LazyLoop {
  private final LoopGenerator.Description description;
  private final int bits;
  private volatile @Nullable Loop made;

  LazyLoop(LoopGenerator.Description description, int bits) {
    this.description = description;
    this.bits = bits;
  }

  Loop get() {
    Loop loop = made;
    return loop == null ? make() : loop;
  }

  private synchronized Loop make() {
    Loop loop = made;
    if (loop == null) {
      loop = LoopGenerator.make(description, bits);
      made = loop;
    }
    return loop;
  }
}
