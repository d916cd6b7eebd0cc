package dev.halyard.fpga.xrt;

import dev.halyard.DeviceLostException;
import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.dense.DenseArgument;
import dev.halyard.fpga.xrt.dense.DenseDesign;
import dev.halyard.fpga.xrt.dense.DenseRegisters;

/** The kernel {@code dense} of a board: one unit, which runs one layer at a time. */
final class DenseKernel {
  /** A wait is cut into these, so that a process that was stopped meanwhile loses one, not all. */
  static final long SLICE_MILLIS = 100;

  private static final long LOW_WORD = 0xffff_ffffL;

  private final BoardKernel kernel;
  private final int group;

  private DenseKernel(BoardKernel kernel, int group) {
    this.kernel = kernel;
    this.group = group;
  }

  /**
   * {@return the kernel of a board that is loaded, for this process alone}
   *
   * @throws PluginException if the board has none, or one that this plugin does not know
   */
  static DenseKernel open(Board board) {
    BoardKernel kernel = board.kernel(DenseDesign.TOP, BoardKernel.Access.EXCLUSIVE);
    int version = kernel.readRegister(DenseRegisters.VERSION);
    if (version != DenseRegisters.VERSION_VALUE) {
      throw new PluginException(
          "the kernel %s has version %08x and this plugin drives %08x; load an xclbin of this one"
              .formatted(DenseDesign.TOP, version, DenseRegisters.VERSION_VALUE));
    }
    int group = kernel.group(DenseArgument.X.index());
    for (DenseArgument argument : DenseArgument.values()) {
      if (argument.isAddress() && kernel.group(argument.index()) != group) {
        throw new PluginException(
            "the xclbin has the arguments of "
                + DenseDesign.TOP
                + " in several memories; connect x, weights and y to one");
      }
    }
    return new DenseKernel(kernel, group);
  }

  /** {@return the memory that all arguments are in} */
  int group() {
    return group;
  }

  /** {@return a run whose arguments are still to be set} */
  BoardRun newRun() {
    return kernel.newRun();
  }

  /**
   * Runs a layer; one caller at a time.
   *
   * @param run with all arguments set
   * @param millis how long it may take
   * @throws DeviceLostException if it has failed or takes longer
   */
  void execute(BoardRun run, long millis) {
    int status = start(run, millis);
    if (status != DenseRegisters.STATUS_OKAY) {
      throw new DeviceLostException(
          "the kernel "
              + DenseDesign.TOP
              + " has failed: "
              + meaning(status)
              + "; reopen the device with Halyard.reopen");
    }
  }

  /**
   * {@return how a run ends, by the kernel's own word: one of the {@code STATUS_} values}
   *
   * @param run with all arguments set
   * @param millis how long it may take
   * @throws DeviceLostException if it takes longer
   */
  int start(BoardRun run, long millis) {
    run.start();
    for (long left = millis; left > 0; left -= SLICE_MILLIS) {
      if (run.await(Math.min(left, SLICE_MILLIS))) {
        return kernel.readRegister(DenseRegisters.STATUS);
      }
    }
    throw new DeviceLostException(
        "the kernel "
            + DenseDesign.TOP
            + " did not end within "
            + millis
            + " ms; reopen the device with Halyard.reopen, or raise"
            + " halyard.fpga-xrt.timeoutMillis if the machine is busy");
  }

  /** {@return the cycles of the last run, by the kernel's own count} */
  long cycles() {
    long low = kernel.readRegister(DenseRegisters.CYCLES) & LOW_WORD;
    long high = kernel.readRegister(DenseRegisters.CYCLES + Integer.BYTES);
    return high << Integer.SIZE | low;
  }

  private static String meaning(int status) {
    return switch (status) {
      case DenseRegisters.STATUS_BAD_ARGUMENT -> "an argument is out of bounds";
      case DenseRegisters.STATUS_READ_SLVERR -> "memory answered a read by SLVERR";
      case DenseRegisters.STATUS_READ_DECERR -> "a read found no memory (DECERR)";
      case DenseRegisters.STATUS_WRITE_SLVERR -> "memory answered a write by SLVERR";
      case DenseRegisters.STATUS_WRITE_DECERR -> "a write found no memory (DECERR)";
      default -> "its status is " + status + ", which means nothing";
    };
  }
}
