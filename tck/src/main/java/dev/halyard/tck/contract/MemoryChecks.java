package dev.halyard.tck.contract;

import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Memory (S-201 to S-203). */
final class MemoryChecks {
  private static final long[] SIZES = {1, 3, 64, 65, 4095, 4096, 100_001};
  private static final long[] LENGTHS = {0, 1, 2, 3, 5, 8, 63, 64, 65, 255, 1021};
  private static final int BLOCK = 4096;

  private MemoryChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-201", "blocks", MemoryChecks::blocksAreAsDeclared));
    checks.add(Check.of("S-202", "copies", MemoryChecks::copiesKeepEveryByte));
    checks.add(Check.of("S-203", "import", MemoryChecks::importsShare));
  }

  private static void blocksAreAsDeclared(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      require(!device.driver.memoryKinds().isEmpty(), "memoryKinds() is empty");
      for (MemoryKind kind : device.driver.memoryKinds()) {
        require(
            Long.bitCount(kind.alignment()) == 1,
            "kind " + kind.name() + " has alignment " + kind.alignment() + ", no power of two");
        List<DeviceMemory> blocks = new ArrayList<>();
        try {
          for (long size : SIZES) {
            blocks.add(allocated(device, kind, Math.min(size, kind.maxBytes())));
          }
          requireNoOverlap(kind, blocks);
          requireApart(device, kind, blocks);
        } finally {
          blocks.forEach(DeviceMemory::close);
        }
      }
    }
  }

  private static DeviceMemory allocated(BareDevice device, MemoryKind kind, long size) {
    DeviceMemory block = device.driver.allocate(kind, size);
    require(block.bytes() >= size, "allocate(" + size + ") gives " + block.bytes() + " bytes");
    require(
        block.segment().isPresent() == kind.hostVisible(),
        "kind "
            + kind.name()
            + " says hostVisible="
            + kind.hostVisible()
            + " and its blocks differ");
    block
        .segment()
        .ifPresent(
            segment -> {
              require(segment.isNative(), "a block of kind " + kind.name() + " is heap memory");
              require(
                  segment.address() % kind.alignment() == 0,
                  "a block of kind " + kind.name() + " is not aligned to " + kind.alignment());
            });
    return block;
  }

  private static void requireNoOverlap(MemoryKind kind, List<DeviceMemory> blocks) {
    for (int i = 0; i < blocks.size(); i++) {
      for (int j = 0; j < i; j++) {
        MemorySegment one = blocks.get(i).segment().orElse(MemorySegment.NULL);
        MemorySegment other = blocks.get(j).segment().orElse(MemorySegment.NULL);
        require(
            one.asOverlappingSlice(other).isEmpty(),
            "two blocks of kind " + kind.name() + " overlap");
      }
    }
  }

  /** Memory that the host does not see is looked at by what it keeps: a pattern per block. */
  private static void requireApart(BareDevice device, MemoryKind kind, List<DeviceMemory> blocks) {
    Stream stream = device.stream();
    for (int i = 0; i < blocks.size(); i++) {
      device.write(stream, pattern(device, blocks.get(i), i), MemorySlice.of(blocks.get(i)));
    }
    for (int i = 0; i < blocks.size(); i++) {
      MemorySegment kept = device.read(stream, MemorySlice.of(blocks.get(i)));
      require(
          kept.mismatch(pattern(device, blocks.get(i), i)) < 0,
          "what was written to a block of kind "
              + kind.name()
              + " is not there after writes to other blocks");
    }
  }

  private static MemorySegment pattern(BareDevice device, DeviceMemory block, int number) {
    return device.host(block.bytes()).fill((byte) (0x11 * (number + 1)));
  }

  /** Every byte value, at odd offsets and lengths, with everything around kept. */
  private static void copiesKeepEveryByte(Trial trial) {
    SplittableRandom random = trial.random();
    try (BareDevice device = new BareDevice(trial.subject())) {
      Stream stream = device.stream();
      DeviceMemory one = device.allocate(BLOCK);
      DeviceMemory other = device.allocate(BLOCK);
      byte[] first = bytes(random, BLOCK);
      byte[] second = bytes(random, BLOCK);
      device.write(stream, host(device, first), MemorySlice.of(one, 0, BLOCK));
      device.write(stream, host(device, second), MemorySlice.of(other, 0, BLOCK));
      for (long length : LENGTHS) {
        int from = random.nextInt(BLOCK - (int) length);
        int to = random.nextInt(BLOCK - (int) length);
        BareDevice.await(
            stream,
            stream.copy(MemorySlice.of(one, from, length), MemorySlice.of(other, to, length)));
        System.arraycopy(first, from, second, to, (int) length);
        requireEqual("copy", device, stream, other, second);
        byte[] fresh = bytes(random, (int) length);
        device.write(stream, host(device, fresh), MemorySlice.of(one, from, length));
        System.arraycopy(fresh, 0, first, from, (int) length);
        requireEqual("upload", device, stream, one, first);
        requireDownload(device, stream, MemorySlice.of(one, from, length), fresh);
      }
    }
  }

  private static void requireDownload(
      BareDevice device, Stream stream, MemorySlice from, byte[] wanted) {
    int guard = 64;
    MemorySegment host = device.host(wanted.length + 2L * guard).fill((byte) 0x3C);
    MemorySegment inside = host.asSlice(guard, wanted.length);
    BareDevice.await(stream, stream.download(from, inside));
    require(
        inside.mismatch(MemorySegment.ofArray(wanted)) < 0,
        "download of " + wanted.length + " bytes gives other bytes");
    for (int i = 0; i < guard; i++) {
      require(
          host.get(ValueLayout.JAVA_BYTE, i) == 0x3C
              && host.get(ValueLayout.JAVA_BYTE, (long) guard + wanted.length + i) == 0x3C,
          "download of " + wanted.length + " bytes writes beside them");
    }
  }

  private static void requireEqual(
      String what, BareDevice device, Stream stream, DeviceMemory block, byte[] wanted) {
    MemorySegment found = device.read(stream, MemorySlice.of(block, 0, wanted.length));
    long differs = found.mismatch(MemorySegment.ofArray(wanted));
    require(differs < 0, "after an " + what + ", byte " + differs + " of the block is wrong");
  }

  private static MemorySegment host(BareDevice device, byte[] bytes) {
    MemorySegment host = device.host(Math.max(1, bytes.length)).asSlice(0, bytes.length);
    return host.copyFrom(MemorySegment.ofArray(bytes));
  }

  private static byte[] bytes(SplittableRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void importsShare(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      MemorySegment host = device.host(BLOCK);
      Optional<DeviceMemory> imported = device.driver.importHost(host);
      if (imported.isEmpty()) {
        host = device.page(BLOCK);
        imported = device.driver.importHost(host);
      }
      if (imported.isEmpty()) {
        throw new NotClaimed("the device does not reach host memory, be it a page of its own");
      }
      Stream stream = device.stream();
      try (DeviceMemory block = imported.get()) {
        require(block.bytes() >= BLOCK, "an imported block is smaller than its segment");
        byte[] written = bytes(trial.random(), BLOCK);
        device.write(stream, host(device, written), MemorySlice.of(block, 0, BLOCK));
        require(
            host.mismatch(MemorySegment.ofArray(written)) < 0,
            "what is uploaded to an imported block does not appear in host memory: it was copied");
        host.fill((byte) 0x77);
        MemorySegment found = device.read(stream, MemorySlice.of(block, 0, BLOCK));
        require(
            found.mismatch(host) < 0,
            "what the host writes does not appear in the imported block: it was copied");
      }
    }
  }

  private static void require(boolean holds, String breach) {
    if (!holds) {
      throw new AssertionError(breach);
    }
  }
}
