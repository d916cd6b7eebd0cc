package dev.halyard.fpga.emulator;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The memory that is attached to a {@link ModelUnit}. */
final class ModelMemory {
  private static final int PAGE = 4096;

  private record Region(MemorySegment memory, long address) {
    boolean holds(long at, long bytes) {
      long offset = at - address;
      return offset >= 0 && bytes <= memory.byteSize() && offset <= memory.byteSize() - bytes;
    }

    boolean meets(MemorySegment other, long at) {
      return at < address + memory.byteSize() && address < at + other.byteSize();
    }
  }

  private final List<Region> regions = new ArrayList<>();

  void attach(MemorySegment memory, long address) {
    if (memory.byteSize() == 0
        || memory.byteSize() % PAGE != 0
        || address % PAGE != 0
        || regions.stream().anyMatch(region -> region.meets(memory, address))) {
      throw UnitErrors.attach(memory, address);
    }
    regions.add(new Region(memory, address));
  }

  /** {@return the bytes at an address; empty where they do not lie in one region} */
  Optional<MemorySegment> at(long address, long bytes) {
    return regions.stream()
        .filter(region -> region.holds(address, bytes))
        .findFirst()
        .map(region -> region.memory().asSlice(address - region.address(), bytes));
  }
}
