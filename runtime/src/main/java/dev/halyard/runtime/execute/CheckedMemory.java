package dev.halyard.runtime.execute;

import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Memory that is closed once and not used after. */
final class CheckedMemory implements DeviceMemory {
  private final CheckedDriver driver;
  private final DeviceMemory memory;
  private final AtomicBoolean closed = new AtomicBoolean();

  CheckedMemory(CheckedDriver driver, DeviceMemory memory) {
    this.driver = driver;
    this.memory = memory;
    driver.opened();
  }

  /** {@return a slice in the plugin's own terms} */
  static MemorySlice unwrap(MemorySlice slice) {
    CheckedDriver.misuse(!(slice.memory() instanceof CheckedMemory), "memory of another driver");
    CheckedMemory checked = (CheckedMemory) slice.memory();
    CheckedDriver.misuse(checked.closed.get(), "memory used after it was closed");
    return MemorySlice.of(checked.memory, slice.offset(), slice.bytes());
  }

  static List<MemorySlice> unwrap(List<MemorySlice> slices) {
    return slices.stream().map(CheckedMemory::unwrap).toList();
  }

  @Override
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public Optional<MemorySegment> segment() {
    return memory.segment();
  }

  @Override
  public void close() {
    CheckedDriver.misuse(!closed.compareAndSet(false, true), "DeviceMemory.close() twice");
    driver.closedOne();
    memory.close();
  }
}
