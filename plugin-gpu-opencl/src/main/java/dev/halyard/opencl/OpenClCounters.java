package dev.halyard.opencl;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a driver holds, for {@link dev.halyard.spi.TestHooks}. What lies in the {@link BufferPool}
 * is nobody's and counts as given back.
 */
final class OpenClCounters {
  final LongAdder nativeBytes = new LongAdder();
  final LongAdder handles = new LongAdder();
  final LongAdder threads = new LongAdder();
  final LongAdder compiles = new LongAdder();
}
