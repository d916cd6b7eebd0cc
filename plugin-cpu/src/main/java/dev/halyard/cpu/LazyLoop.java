package dev.halyard.cpu;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A loop that is generated when it is first asked for. */
final class LazyLoop {
  private final Supplier<Loop> maker;
  private volatile @Nullable Loop made;

  LazyLoop(Supplier<Loop> maker) {
    this.maker = maker;
  }

  Loop get() {
    Loop loop = made;
    return loop == null ? make() : loop;
  }

  private synchronized Loop make() {
    Loop loop = made;
    if (loop == null) {
      loop = maker.get();
      made = loop;
    }
    return loop;
  }
}
