package dev.halyard.tck.contract;

import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemoryKind;
import dev.halyard.tck.check.Trial;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks a driver, without a runtime between, for more memory than there is. */
public final class Exhaustion {
  // More than any machine has, and within 63 bits.
  private static final long TOO_MUCH = 1L << 50;
  private static final long FIRST = 1 << 20;
  // The host's memory is filled with zeros when it is allocated: what is asked for must be little.
  private static final long HOST_TOTAL = 64L << 20;
  private static final long DEVICE_TOTAL = 1L << 30;

  private Exhaustion() {}

  /**
   * Requires that every kind of memory refuses what it has not, loses nothing by that, and that the
   * driver works on.
   *
   * @param trial the device
   */
  public static void survive(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Prepared prepared = Prepared.of(device);
      for (MemoryKind kind : device.driver.memoryKinds()) {
        long held = held(device);
        for (int i = 0; i < 3; i++) {
          requireRefused(device, kind);
        }
        trial.record(kind.name() + " bytes until refused", fill(device, kind));
        if (held(device) > held) {
          throw new AssertionError(
              "after blocks of kind "
                  + kind.name()
                  + " were refused or closed, the driver holds "
                  + held(device)
                  + " native bytes, before "
                  + held);
        }
      }
      prepared.requireWorks(device.stream(), "after allocations that were too large");
    }
  }

  private static long held(BareDevice device) {
    return device.driver.testHooks().map(hooks -> hooks.nativeBytes()).orElse(0L);
  }

  private static void requireRefused(BareDevice device, MemoryKind kind) {
    DeviceMemory block = allocate(device, kind, TOO_MUCH);
    if (block != null) {
      block.close();
      throw new AssertionError("kind " + kind.name() + " has given a block of a petabyte");
    }
  }

  /** {@return the block; null if it is refused as it should be} */
  private static @Nullable DeviceMemory allocate(BareDevice device, MemoryKind kind, long bytes) {
    try {
      return device.driver.allocate(kind, bytes);
    } catch (OutOfDeviceMemoryException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("an OutOfDeviceMemoryException has no message", e);
      }
      return null;
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new AssertionError(
          "kind "
              + kind.name()
              + " refuses "
              + bytes
              + " bytes by "
              + e
              + ", should by an OutOfDeviceMemoryException",
          e);
    }
  }

  /** {@return how much was given of blocks that double, up to a bound, or to the first refusal} */
  private static long fill(BareDevice device, MemoryKind kind) {
    long bound = kind.hostVisible() ? HOST_TOTAL : DEVICE_TOTAL;
    List<DeviceMemory> blocks = new ArrayList<>();
    long total = 0;
    try {
      for (long size = FIRST; total + size <= bound; size *= 2) {
        DeviceMemory block = allocate(device, kind, Math.min(size, kind.maxBytes()));
        if (block == null) {
          return total;
        }
        blocks.add(block);
        total += block.bytes();
      }
      return total;
    } finally {
      blocks.forEach(DeviceMemory::close);
    }
  }
}
