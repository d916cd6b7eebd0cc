package dev.halyard.runtime.isolate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LaneTests {
  private static final int PASSES = 20_000;

  private final Lane lane = new Lane(Arena.ofAuto().allocate(Lane.BYTES, 64));

  private boolean submit(long slot) {
    lane.fill(slot, Lane.COPY, 100 + slot, 1, 2, 3, 4, 5);
    return lane.publish(slot);
  }

  @Test
  void aSlotArrivesWithAllItsFields() {
    assertEquals(0, lane.submitted());
    assertFalse(submit(1));
    assertEquals(1, lane.submitted());
    assertEquals(Lane.COPY, lane.kind(1));
    assertEquals(101, lane.ticket(1));
    for (int i = 0; i < 5; i++) {
      assertEquals(1 + i, lane.argument(1, i));
    }
  }

  @Test
  void aSlotIsEitherStartedOrCancelled() {
    submit(1);
    submit(2);
    assertTrue(lane.start(1));
    assertFalse(lane.cancel(1));
    assertTrue(lane.cancel(2));
    assertFalse(lane.start(2));
  }

  @Test
  void aLateCancelDoesNotTouchTheSlotThatCameInItsPlace() {
    submit(1);
    submit(1 + Lane.SLOTS);
    assertFalse(lane.cancel(1));
    assertTrue(lane.start(1 + Lane.SLOTS));
  }

  @Test
  void onlyAnAnnouncedParkNeedsABellAndOnlyOne() {
    lane.parkChild();
    assertTrue(submit(1));
    assertFalse(submit(2));
    assertEquals(0, lane.parkParent());
    assertTrue(lane.complete(1, 101));
    assertFalse(lane.complete(2, 102));
    assertEquals(2, lane.drained());
    assertEquals(102, lane.completed());
  }

  /** With no timeout anywhere: a wake-up that is lost hangs the test. */
  @Test
  void noWakeUpIsLostBetweenTwoSidesThatParkAtOnce() throws InterruptedException {
    Thread parent = Thread.currentThread();
    Thread child =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  for (long slot = 1; slot <= PASSES; slot++) {
                    while (lane.submitted() < slot) {
                      lane.parkChild();
                      if (lane.submitted() < slot) {
                        LockSupport.park(lane);
                      }
                    }
                    if (lane.complete(slot, slot)) {
                      LockSupport.unpark(parent);
                    }
                  }
                });
    for (long slot = 1; slot <= PASSES; slot++) {
      if (submit(slot)) {
        LockSupport.unpark(child);
      }
      while (lane.parkParent() < slot) {
        LockSupport.park(lane);
      }
    }
    child.join();
    assertEquals(PASSES, lane.completed());
  }
}
