package dev.halyard.runtime.rank;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.Plan;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShareTests {
  private static Plan.Step fallen(String reason) {
    return new Plan.Step("region", "cpu:0", List.of("neg"), false, reason);
  }

  @Test
  void ofManyReasonsTheFirstTwoAreGivenAndTheOthersCounted() {
    Share share =
        new Share(
            "fpga:0",
            IntStream.range(0, 50)
                .mapToObj(i -> fallen("found op " + i % 10 + "; found op " + i % 7))
                .toList());

    assertEquals(
        "it takes no node of the graph: found op 0; found op 1; and for 8 reasons more, which its"
            + " plan has",
        share.refusal());
  }

  @Test
  void aSingleReasonIsGivenAlone() {
    Share share = new Share("fpga:0", List.of(fallen("no floats"), fallen("no floats")));

    assertEquals("it takes no node of the graph: no floats", share.refusal());
  }
}
