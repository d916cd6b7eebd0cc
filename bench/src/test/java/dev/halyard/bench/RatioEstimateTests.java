package dev.halyard.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RatioEstimateTests {
  @Test
  void medianIsTheMiddle() {
    assertEquals(2, RatioEstimate.median(3, 1, 2));
    assertEquals(2.5, RatioEstimate.median(4, 1, 2, 3));
  }

  @Test
  void ratioIsThatOfTheMedians() {
    RatioEstimate estimate = RatioEstimate.of(new double[] {1, 2, 100}, new double[] {4, 4, 1});

    assertEquals(2, estimate.ours());
    assertEquals(4, estimate.peer());
    assertEquals(0.5, estimate.ratio());
  }

  @Test
  void equalSamplesHaveNoWidth() {
    RatioEstimate estimate = RatioEstimate.of(new double[] {3, 3, 3, 3}, new double[] {2, 2, 2, 2});

    assertEquals(1.5, estimate.low());
    assertEquals(1.5, estimate.high());
    assertEquals(0, estimate.relativeWidth());
  }

  @Test
  void whatSlowsBothSidesOfARoundIsNoWidth() {
    double[] ours = IntStream.range(1, 20).mapToDouble(i -> i).toArray();
    double[] peer = IntStream.range(1, 20).mapToDouble(i -> 2 * i).toArray();

    RatioEstimate estimate = RatioEstimate.of(ours, peer);

    assertEquals(0.5, estimate.low());
    assertEquals(0.5, estimate.high());
  }

  /** 95% of intervals should hold the true ratio, give or take what 200 of them can tell. */
  @Test
  void intervalHoldsTheTrueRatioAboutAsOftenAsItSays() {
    Random random = new Random(1);
    int held = 0;
    for (int i = 0; i < 200; i++) {
      double[] ours = random.doubles(40).map(noise -> 3 * (1 + 0.1 * noise)).toArray();
      double[] peer = random.doubles(40).map(noise -> 2 * (1 + 0.1 * noise)).toArray();
      RatioEstimate estimate = RatioEstimate.of(ours, peer);
      held += estimate.low() <= 1.5 && 1.5 <= estimate.high() ? 1 : 0;
    }

    assertTrue(held >= 180, held + " of 200");
    assertTrue(held < 200, held + " of 200: the intervals are too wide");
  }

  @Test
  void sameSamplesHaveTheSameInterval() {
    double[] ours = {1, 3, 2, 5, 4};
    double[] peer = {2, 2, 3, 3, 1};

    assertEquals(RatioEstimate.of(ours, peer), RatioEstimate.of(ours, peer));
  }
}
