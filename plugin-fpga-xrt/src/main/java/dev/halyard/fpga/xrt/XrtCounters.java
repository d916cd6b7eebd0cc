package dev.halyard.fpga.xrt;

import java.util.concurrent.atomic.LongAdder;

/** What a driver holds, for {@link dev.halyard.spi.TestHooks}. */
final class XrtCounters {
  final LongAdder nativeBytes = new LongAdder();
  final LongAdder handles = new LongAdder();
  final LongAdder threads = new LongAdder();
  final LongAdder compiles = new LongAdder();
}
