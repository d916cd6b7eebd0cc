package dev.halyard.runtime.rank;

import dev.halyard.Kernel;
import dev.halyard.Ranking.Measurement;
import org.jspecify.annotations.Nullable;

/**
 * What became of measuring one device.
 *
 * @param measurement the figures; null if the device was passed over
 * @param lowMicros the lower end of the 99% confidence interval of the median time, in microseconds
 * @param highMicros its upper end
 * @param kernel the kernel that was measured, still open; null if there is none
 * @param reason why the device was passed over; empty if it was measured
 */
record Measured(
    @Nullable Measurement measurement,
    double lowMicros,
    double highMicros,
    @Nullable Kernel kernel,
    String reason) {
  static Measured passedOver(String reason) {
    return new Measured(null, 0, 0, null, reason);
  }
}
