package dev.halyard.tck.latency;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenLoopTests {
  @Test
  void aLongCallDelaysTheStartsThatItHoldsUp() {
    assertArrayEquals(
        new long[] {10, 350, 260, 170, 80, 10},
        OpenLoop.withWaits(new long[] {10, 350, 10, 10, 10, 10}, 100));
  }

  @Test
  void callsWithinTheirPeriodWaitForNothing() {
    assertArrayEquals(new long[] {99, 1, 100}, OpenLoop.withWaits(new long[] {99, 1, 100}, 100));
  }

  @Test
  void everyPairCallsBothAndStartsByTheClock() throws Exception {
    AtomicInteger devices = new AtomicInteger();
    AtomicInteger controls = new AtomicInteger();
    OpenLoop loop =
        new OpenLoop(
            200_000, devices::incrementAndGet, controls::incrementAndGet, new SplittableRandom(1));

    long start = System.nanoTime();
    OpenLoop.Latencies latencies = loop.run(20);

    assertTrue(System.nanoTime() - start >= 19 * 200_000);
    assertEquals(20, devices.get());
    assertEquals(20, controls.get());
    assertEquals(20, latencies.device[19]);
  }
}
