package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.OutOfDeviceMemoryException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a program allocates besides its tensors, where the host has no more to give. */
class NativeMemoryTests {
  private static final long TOO_MUCH = 1L << 60;

  private final CpuCounters counters = new CpuCounters();

  private void requireRefusal(Executable wanting) {
    String message = assertThrows(OutOfDeviceMemoryException.class, wanting).getMessage();
    assertTrue(message.contains(TOO_MUCH + " bytes"), message);
    assertTrue(message.contains("MaxDirectMemorySize"), message);
    assertEquals(0, counters.nativeBytes.sum());
  }

  @Test
  void preparedConstantThatDoesNotFitTellsTheBytes() {
    try (PreparedConstants constants = new PreparedConstants(counters)) {
      requireRefusal(() -> constants.get("weights", TOO_MUCH, segment -> {}));
      constants.get("bias", 64, segment -> segment.fill((byte) 1));
    }
    assertEquals(0, counters.nativeBytes.sum());
  }

  @Test
  void outputInPlaceOfAnInputThatDoesNotFitTellsTheBytes() {
    // Only its address and size are looked at.
    MemorySegment huge = MemorySegment.ofAddress(1L << 20).reinterpret(TOO_MUCH);
    requireRefusal(() -> OverwrittenInputs.of(List.of(huge), List.of(huge), counters));
  }

  @Test
  void firstOutputIsFreedWhenTheSecondDoesNotFit() {
    MemorySegment huge = MemorySegment.ofAddress(1L << 20).reinterpret(TOO_MUCH);
    MemorySegment small = huge.asSlice(0, 4096);
    requireRefusal(() -> OverwrittenInputs.of(List.of(huge), List.of(small, huge), counters));
  }
}
