package dev.halyard.runtime.rank;

import dev.halyard.ArtefactNeededException;
import dev.halyard.DeviceBusyException;
import dev.halyard.DeviceLostException;
import dev.halyard.Kernel;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.Ranking.Measurement;
import org.jspecify.annotations.Nullable;

/**
 * What became of measuring one device.
 *
 * @param measurement the figures; null if the device was passed over
 * @param lowMicros the lower end of the 99% confidence interval of what the objective compares, the
 *     median time or the time per run with runs overlapping, in microseconds
 * @param highMicros its upper end
 * @param kernel the kernel that was measured, still open; null if there is none
 * @param reason why the device was passed over; empty if it was measured
 * @param note what the figures do not tell, for people; empty if there is nothing
 * @param lasting whether another measurement would find the same; not so if the device was busy
 */
record Measured(
    @Nullable Measurement measurement,
    double lowMicros,
    double highMicros,
    @Nullable Kernel kernel,
    String reason,
    String note,
    boolean lasting) {
  /** Of a device that would be passed over again. */
  static Measured passedOver(String reason) {
    return new Measured(null, 0, 0, null, reason, "", true);
  }

  /** Of a device that may well be measured another time. */
  static Measured passedOverForNow(String reason) {
    return new Measured(null, 0, 0, null, reason, "", false);
  }

  /** Of a device that failed: what can pass or be mended without a change of the graph passes. */
  static Measured failed(Throwable error) {
    String reason = error.getMessage() == null ? error.toString() : error.getMessage();
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof DeviceBusyException
          || cause instanceof DeviceLostException
          || cause instanceof OutOfDeviceMemoryException
          || cause instanceof ArtefactNeededException
          || cause instanceof InterruptedException) {
        return passedOverForNow(reason);
      }
    }
    return passedOver(reason);
  }

  /** Of a device whose figures were kept. */
  static Measured kept(@Nullable Measurement measurement, String reason, String note) {
    return new Measured(measurement, 0, 0, null, reason, note, true);
  }

  void close() {
    if (kernel != null) {
      kernel.close();
    }
  }
}
