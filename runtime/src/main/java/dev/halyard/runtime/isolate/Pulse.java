package dev.halyard.runtime.isolate;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** The child's heartbeat: a number in shared memory that it keeps raising. */
final class Pulse {
  static final long BYTES = 64;
  static final long BEAT_MILLIS = 50;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment memory;

  Pulse(MemorySegment memory) {
    this.memory = memory;
  }

  void beat() {
    LONG.getAndAdd(memory, 0L, 1L);
  }

  long beats() {
    return (long) LONG.getVolatile(memory, 0L);
  }
}
