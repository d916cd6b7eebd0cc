package dev.halyard.fpga.xrt;

import dev.halyard.DeviceBusyException;
import dev.halyard.DeviceLostException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * An FPGA board that is open: the interface below the plugin. It runs kernels of the xclbin that is
 * loaded, on buffers in its memory.
 *
 * <p>All that a board opens is closed with it: runs, then kernels, then buffers, sub-buffers before
 * what they are parts of. Whatever is closed throws IllegalStateException; closing twice does
 * nothing. Different threads may use different runs and buffers; each has one caller at a time.
 *
 * <p>Calls throw {@link DeviceLostException} where the board is gone or a kernel has failed, after
 * which nothing on it is of use; {@link OutOfDeviceMemoryException} and {@link DeviceBusyException}
 * where the board itself is still good; {@link PluginException} where the board refuses a call. A
 * board whose process has died may never return from a call: who must not hang watches from another
 * process.
 */
public interface Board extends AutoCloseable {
  /** {@return what drives the board, for reports: the library, its version and its digest} */
  String driver();

  /**
   * Asks to be told of a loss that no call reports, such as the end of an emulator's process.
   *
   * @param listener gets the reason, once, on any thread
   */
  default void onLoss(Consumer<String> listener) {}

  /**
   * Configures the board. Kernels that were opened before must be closed. The file is read and
   * checked before the board sees it.
   *
   * @param xclbin a file that is made for this board
   * @return the file's UUID
   * @throws PluginException if the file is damaged, is made for another kind of board, or the board
   *     refuses it
   * @throws IllegalStateException if a kernel is open
   */
  UUID load(Path xclbin);

  /** {@return how memory answers the kernels of the file that is loaded, for limits of time} */
  default MemoryTiming memoryTiming() {
    return MemoryTiming.USUAL;
  }

  /**
   * Allocates memory of the board.
   *
   * @param bytes more than 0
   * @param group which memory: {@link BoardKernel#group} of the arguments it is for
   * @return a buffer, which holds anything
   */
  BoardBuffer allocate(long bytes, int group);

  /**
   * Makes a buffer over memory of the host, which costs no copy where the board can reach it.
   *
   * @param memory native, at a multiple of 4096 bytes; it outlives the buffer
   * @param group which memory of the board
   * @return a buffer of the same size
   */
  BoardBuffer over(MemorySegment memory, int group);

  /**
   * Opens a kernel of the loaded file.
   *
   * @param name the kernel, or {@code kernel:{unit,...}} for some of its compute units
   * @param access whether others may use the same units
   * @return the kernel
   * @throws IllegalStateException if nothing is loaded
   * @throws PluginException if the file has no such kernel
   */
  BoardKernel kernel(String name, BoardKernel.Access access);

  @Override
  void close();
}
