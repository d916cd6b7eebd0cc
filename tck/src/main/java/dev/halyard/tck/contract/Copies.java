package dev.halyard.tck.contract;

import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Blocks of memory, and patterns to move through them. */
final class Copies {
  private final BareDevice device;
  private final int bytes;
  private final List<MemorySlice> blocks = new ArrayList<>();
  private final List<MemorySegment> downloaded = new ArrayList<>();

  Copies(BareDevice device, int count, int bytes) {
    this.device = device;
    this.bytes = bytes;
    for (int i = 0; i < count; i++) {
      blocks.add(device.block(bytes));
    }
  }

  MemorySlice block(int index) {
    return blocks.get(index);
  }

  /** {@return host memory whose every byte tells which pattern it is} */
  MemorySegment pattern(int number) {
    return device.host(bytes).fill(value(number));
  }

  private static byte value(int number) {
    return (byte) (number + 1);
  }

  /** Submits a copy of a block to new host memory, and gives its ticket. */
  long download(Stream stream, int index) {
    downloaded.add(device.host(bytes));
    return stream.download(block(index), downloaded.getLast());
  }

  /** Requires that a download, counted from 0, has brought a pattern. */
  void requireDownloaded(int download, int number, String when) {
    MemorySegment wanted = MemorySegment.ofArray(new byte[bytes]).fill(value(number));
    long differs = downloaded.get(download).mismatch(wanted);
    if (differs >= 0) {
      throw new AssertionError(
          when
              + ": byte "
              + differs
              + " of block "
              + download
              + " should be "
              + value(number)
              + ", is "
              + downloaded.get(download).get(ValueLayout.JAVA_BYTE, differs));
    }
  }
}
