package dev.halyard.opencl.code;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class PanelLayoutTests {
  @Test
  void panelsHaveAllRowsOneAfterTheOtherAndZerosAtTheEnd() {
    PanelLayout layout = new PanelLayout(2, 2, 3, 2, 4);
    MemorySegment from = MemorySegment.ofArray(new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    MemorySegment to = MemorySegment.ofArray(new int[16]).fill((byte) -1);

    assertEquals(64, layout.bytes());
    layout.copy(from, to);

    assertArrayEquals(
        new int[] {1, 2, 4, 5, 3, 0, 6, 0, 7, 8, 10, 11, 9, 0, 12, 0},
        to.toArray(ValueLayout.JAVA_INT));
  }
}
