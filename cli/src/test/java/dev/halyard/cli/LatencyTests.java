package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyTests {
  @Test
  void percentilesAreByNearestRankInAnyOrder() {
    long[] descending = LongStream.rangeClosed(1, 200).map(i -> (201 - i) * 1_000_000).toArray();

    assertEquals(new Latency(100, 198, 200), Latency.ofNanos(descending));
  }

  @Test
  void textHasThreeDigitsInTheUnitThatFits() {
    assertEquals("p50 12.3 ms, p99 1.50 s", new Latency(12.345, 1500, 9).toString());
    assertEquals("p50 0.0400 us, p99 250 us", new Latency(0.00004, 0.25, 9).toString());
  }

  @Test
  void oneRunIsEveryPercentile() {
    assertEquals(new Latency(2.5, 2.5, 1), Latency.ofNanos(2_500_000));
  }
}
