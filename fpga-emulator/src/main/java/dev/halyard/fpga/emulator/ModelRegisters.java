package dev.halyard.fpga.emulator;

import dev.halyard.fpga.xrt.dense.DenseArgument;
import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.fpga.xrt.dense.DenseRegisters;
import dev.halyard.fpga.xrt.dense.DenseRun;
import java.util.Optional;

/** The registers of the kernel {@code dense}, as {@code dense_control.v} has them. */
final class ModelRegisters {
  private static final int AUTO_RESTART = 0x80;
  private static final int ENABLES = 3;
  private static final int WORDS = 32;

  private final int[] arguments = new int[WORDS];
  private boolean started;
  private boolean done;
  private boolean autoRestart;
  private boolean globalEnable;
  private int enable;
  private int pending;
  private int status;
  private long cycles;

  boolean started() {
    return started;
  }

  boolean interrupt() {
    return globalEnable && pending != 0;
  }

  /** Writes a register, and {@return whether that begins a run} */
  boolean write(int offset, int value) {
    switch (offset) {
      case DenseRegisters.CONTROL -> {
        autoRestart = (value & AUTO_RESTART) != 0;
        if ((value & DenseRegisters.START) != 0 && !started) {
          started = true;
          return true;
        }
      }
      case DenseRegisters.GLOBAL_INTERRUPT_ENABLE -> globalEnable = (value & 1) != 0;
      case DenseRegisters.INTERRUPT_ENABLE -> enable = value & ENABLES;
      case DenseRegisters.INTERRUPT_STATUS -> pending ^= value & ENABLES;
      default -> {
        if (isArgument(offset) && !started) {
          arguments[offset / Integer.BYTES] = value;
        }
      }
    }
    return false;
  }

  int read(int offset) {
    return switch (offset) {
      case DenseRegisters.CONTROL -> control();
      case DenseRegisters.GLOBAL_INTERRUPT_ENABLE -> globalEnable ? 1 : 0;
      case DenseRegisters.INTERRUPT_ENABLE -> enable;
      case DenseRegisters.INTERRUPT_STATUS -> pending;
      case DenseRegisters.STATUS -> status;
      case DenseRegisters.CYCLES -> (int) cycles;
      case DenseRegisters.CYCLES + Integer.BYTES -> (int) (cycles >>> Integer.SIZE);
      case DenseRegisters.VERSION -> DenseRegisters.VERSION_VALUE;
      default -> isArgument(offset) ? arguments[offset / Integer.BYTES] : 0;
    };
  }

  private int control() {
    int control =
        (started ? DenseRegisters.START : DenseRegisters.IDLE)
            | (done ? DenseRegisters.DONE : 0)
            | (autoRestart ? AUTO_RESTART : 0);
    done = false;
    return control;
  }

  private static boolean isArgument(int offset) {
    for (DenseArgument argument : DenseArgument.values()) {
      int within = offset - argument.offset();
      if (within >= 0 && within < argument.bytes()) {
        return true;
      }
    }
    return false;
  }

  /** Ends a run, and {@return whether the next one begins} */
  boolean finish(int runStatus, long runCycles) {
    done = true;
    pending |= enable;
    status = runStatus;
    cycles = runCycles;
    started = autoRestart;
    return started;
  }

  /** {@return the run that the arguments ask for; empty where one is out of bounds} */
  Optional<DenseRun> run() {
    try {
      return Optional.of(
          new DenseRun(
              address(DenseArgument.X),
              address(DenseArgument.WEIGHTS),
              address(DenseArgument.Y),
              Integer.toUnsignedLong(word(DenseArgument.BATCH)),
              word(DenseArgument.ROWS),
              word(DenseArgument.COLS),
              DenseFormat.ofMode(word(DenseArgument.MODE))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private int word(DenseArgument argument) {
    return arguments[argument.offset() / Integer.BYTES];
  }

  private long address(DenseArgument argument) {
    long high = arguments[argument.offset() / Integer.BYTES + 1];
    return high << Integer.SIZE | Integer.toUnsignedLong(word(argument));
  }
}
