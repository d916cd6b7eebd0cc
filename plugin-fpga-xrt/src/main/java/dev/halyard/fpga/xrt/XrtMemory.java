package dev.halyard.fpga.xrt;

import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A buffer of the board with the host's part of it, which is what the runtime sees: a run moves
 * what it reads to the board first, and what it wrote back to the host at its end.
 */
final class XrtMemory implements DeviceMemory {
  private final XrtDriver driver;
  private final BoardBuffer buffer;
  private final MemorySegment host;
  private final boolean owned;

  /**
   * Takes over a buffer, which is closed if this throws.
   *
   * @param driver whose buffer it is
   * @param buffer the memory
   * @param owned whether the host's part is the buffer's own, and not the application's
   */
  XrtMemory(XrtDriver driver, BoardBuffer buffer, boolean owned) {
    this.driver = driver;
    this.buffer = buffer;
    this.host = host(driver, buffer);
    this.owned = owned;
    driver.counters().handles.increment();
    count(buffer.bytes());
  }

  private static MemorySegment host(XrtDriver driver, BoardBuffer buffer) {
    try {
      return buffer.host();
    } catch (RuntimeException | Error e) {
      driver.release(buffer::close);
      throw e;
    }
  }

  private void count(long bytes) {
    if (owned) {
      driver.counters().nativeBytes.add(bytes);
    }
  }

  static XrtMemory of(MemorySlice slice) {
    return (XrtMemory) slice.memory();
  }

  /** {@return the host's bytes of a slice} */
  static MemorySegment bytesOf(MemorySlice slice) {
    return of(slice).host.asSlice(slice.offset(), slice.bytes());
  }

  BoardBuffer buffer() {
    return buffer;
  }

  @Override
  public long bytes() {
    return host.byteSize();
  }

  @Override
  public Optional<MemorySegment> segment() {
    return Optional.of(host);
  }

  @Override
  public void close() {
    driver.counters().handles.decrement();
    count(-host.byteSize());
    driver.release(buffer::close);
  }
}
