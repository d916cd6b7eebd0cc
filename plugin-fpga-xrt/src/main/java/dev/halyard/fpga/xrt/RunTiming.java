package dev.halyard.fpga.xrt;

import dev.halyard.spi.TimingSink;
import java.util.ArrayList;
import java.util.List;

/** How long the last submission of a stream took. Guarded by the stream. */
final class RunTiming {
  private final List<String> layers = new ArrayList<>();
  private long[] cycles = new long[4];
  private long ticket;
  private long nanos;

  /**
   * Keeps what a run took; the binding may run again after this.
   *
   * @param ended the run's ticket
   * @param binding what has run
   * @param elapsedNanos by the host's clock, transfers included
   */
  void keep(long ended, XrtBinding binding, long elapsedNanos) {
    List<XrtBinding.Launch> launches = binding.launches();
    if (cycles.length < launches.size()) {
      cycles = new long[launches.size()];
    }
    layers.clear();
    for (int i = 0; i < launches.size(); i++) {
      layers.add(launches.get(i).name());
      cycles[i] = launches.get(i).cycles();
    }
    ticket = ended;
    nanos = elapsedNanos;
  }

  /** Reports the parts of a submission, if it is the last one. */
  void report(long asked, XrtDriver driver, TimingSink sink) {
    if (asked != ticket || ticket == 0) {
      return;
    }
    if (driver.emulated()) {
      reportSimulated(driver.overhead(), sink);
    } else {
      sink.measured("run", nanos);
    }
  }

  /** The time of the emulation itself says nothing, and is kept out. */
  private void reportSimulated(LaunchOverhead overhead, TimingSink sink) {
    long all = 0;
    for (int i = 0; i < layers.size(); i++) {
      sink.simulated(layers.get(i), cycles[i]);
      all += cycles[i];
    }
    sink.assumed("launches", layers.size() * overhead.nanos(), overhead.basis());
    for (int mhz : Clocks.MHZ) {
      sink.assumed(
          "kernel at " + mhz + " MHz",
          Clocks.nanos(all, mhz),
          "the simulated cycles at a clock that no place and route has confirmed");
    }
  }
}
