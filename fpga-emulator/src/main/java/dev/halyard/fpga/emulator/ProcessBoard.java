package dev.halyard.fpga.emulator;

import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.Board;
import dev.halyard.fpga.xrt.BoardBuffer;
import dev.halyard.fpga.xrt.BoardKernel;
import dev.halyard.fpga.xrt.MemoryTiming;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;

/** A board of XRT's together with the process that is at its other end. */
final class ProcessBoard implements Board {
  private final EmulatedBoard process;
  private final Board board;
  private volatile MemoryTiming timing = MemoryTiming.USUAL;

  ProcessBoard(EmulatedBoard process, Board board) {
    this.process = process;
    this.board = board;
  }

  @Override
  public String driver() {
    return board.driver();
  }

  @Override
  public void onLoss(Consumer<String> listener) {
    process.onUnexpectedEnd(listener);
  }

  @Override
  public UUID load(Path xclbin) {
    UUID uuid = board.load(xclbin);
    timing = timing(xclbin);
    return uuid;
  }

  @Override
  public MemoryTiming memoryTiming() {
    return timing;
  }

  private static MemoryTiming timing(Path xclbin) {
    try {
      UnitTiming timing = EmulationImage.in(xclbin).timing();
      return new MemoryTiming(timing.readLatency(), timing.writeLatency(), timing.stalls());
    } catch (InvalidImageException e) {
      throw new PluginException(
          "the emulated board cannot use " + xclbin + ": " + e.getMessage(), e);
    }
  }

  @Override
  public BoardBuffer allocate(long bytes, int group) {
    return board.allocate(bytes, group);
  }

  @Override
  public BoardBuffer over(MemorySegment memory, int group) {
    return board.over(memory, group);
  }

  @Override
  public BoardKernel kernel(String name, BoardKernel.Access access) {
    return board.kernel(name, access);
  }

  @Override
  public void close() {
    process.expectEnd();
    try {
      board.close();
    } finally {
      process.close();
    }
  }
}
