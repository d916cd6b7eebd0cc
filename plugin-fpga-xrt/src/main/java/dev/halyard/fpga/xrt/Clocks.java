package dev.halyard.fpga.xrt;

import java.util.List;

/** The clocks that a card may reach: only place and route by the vendor's tools would tell. */
final class Clocks {
  /** In MHz. */
  static final List<Integer> MHZ = List.of(200, 250, 300);

  private Clocks() {}

  /** {@return how long cycles take, in nanoseconds} */
  static long nanos(long cycles, int mhz) {
    return cycles * 1000 / mhz;
  }
}
