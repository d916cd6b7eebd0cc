package dev.halyard.fpga.xrt;

import dev.halyard.DeviceBusyException;
import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.binding.XrtSymbols;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Set;

/** What XRT's failures mean: it sets errno, to a number of Linux. */
final class XrtError {
  private static final int ENXIO = 6;
  private static final int ENOMEM = 12;
  private static final int EBUSY = 16;
  private static final int ENODEV = 19;
  private static final int ENOSPC = 28;
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "EPERM"),
          Map.entry(2, "ENOENT"),
          Map.entry(5, "EIO"),
          Map.entry(ENXIO, "ENXIO"),
          Map.entry(ENOMEM, "ENOMEM"),
          Map.entry(13, "EACCES"),
          Map.entry(EBUSY, "EBUSY"),
          Map.entry(ENODEV, "ENODEV"),
          Map.entry(22, "EINVAL"),
          Map.entry(ENOSPC, "ENOSPC"),
          Map.entry(32, "EPIPE"),
          Map.entry(95, "EOPNOTSUPP"),
          Map.entry(104, "ECONNRESET"),
          Map.entry(108, "ESHUTDOWN"),
          Map.entry(110, "ETIMEDOUT"));
  private static final Set<Integer> LOSS = Set.of(5, ENXIO, ENODEV, 32, 104, 108, 110);

  private XrtError() {}

  /**
   * Throws unless a call succeeded.
   *
   * @param code what it returned, 0 for success
   * @param errno where it left errno
   * @param call which call, with what, for whoever reads the message
   */
  static void check(int code, MemorySegment errno, String call) {
    if (code != 0) {
      throw failure(errno, call + " gave " + code);
    }
  }

  /** {@return a handle that a call gave; throws if it is null} */
  static MemorySegment checkHandle(MemorySegment handle, MemorySegment errno, String call) {
    if (handle.equals(MemorySegment.NULL)) {
      throw failure(errno, call + " gave nothing");
    }
    return handle;
  }

  /** {@return the exception for a board that cannot be opened} */
  static HalyardException absent(MemorySegment errno, String address) {
    int code = XrtSymbols.errno(errno);
    // XRT leaves errno as it was where there is no such board.
    return code == EBUSY
        ? exception(code, "opening the board " + address)
        : new DeviceLostException(
            "XRT opens no board "
                + address
                + "; see what `xbutil examine` lists, and whether XCL_EMULATION_MODE is meant to be"
                + " set");
  }

  private static HalyardException failure(MemorySegment errno, String found) {
    return exception(XrtSymbols.errno(errno), found);
  }

  /** {@return the exception for an errno} */
  static HalyardException exception(int errno, String found) {
    String story = found + " with " + NAMES.getOrDefault(errno, "errno") + " (" + errno + ")";
    if (errno == ENOMEM || errno == ENOSPC) {
      return new OutOfDeviceMemoryException(
          "the board lacks memory: " + story + "; close tensors and kernels");
    }
    if (errno == EBUSY) {
      return new DeviceBusyException(
          "the board is in use: " + story + "; end the process that has it, or wait");
    }
    if (LOSS.contains(errno)) {
      return new DeviceLostException("the board is lost: " + story + "; reopen the device");
    }
    return new PluginException("XRT refuses a call: " + story);
  }
}
