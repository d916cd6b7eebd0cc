package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunCallbacksTests {
  private final List<String> done = new ArrayList<>();

  @Test
  void eachNumberHasItsOwnAction() {
    long first = RunCallbacks.register(() -> done.add("first"));
    long second = RunCallbacks.register(() -> done.add("second"));
    complete(second);
    complete(first);
    assertEquals(List.of("second", "first"), done);
  }

  @Test
  void anActionCanBeReplaced() {
    long id = RunCallbacks.register(() -> done.add("old"));
    RunCallbacks.replace(id, () -> done.add("new"));
    complete(id);
    assertEquals(List.of("new"), done);
  }

  @Test
  void aCompletionThatComesLateDoesNothing() {
    long id = RunCallbacks.register(() -> done.add("late"));
    RunCallbacks.remove(id);
    complete(id);
    assertEquals(List.of(), done);
  }

  @Test
  void whatAnActionThrowsDoesNotReachTheDriver() {
    long id =
        RunCallbacks.register(
            () -> {
              throw new IllegalStateException("thrown by a test");
            });
    assertDoesNotThrow(() -> complete(id));
  }

  private static void complete(long id) {
    RunCallbacks.completed(MemorySegment.NULL, 4, MemorySegment.ofAddress(id));
  }
}
