package dev.halyard.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Tensor;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.tck.check.NotClaimed;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleTests {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "layers",
        "quantised layers I8",
        "quantised layers I16",
        "quantised other layers I8",
        "quantised other layers I16"
      })
  void inputsAreToldFromEachOther(String name) {
    Sample sample = Sample.of("device of " + name, graph -> graph.name().equals(name));

    assertEquals(name, sample.graph().name());
  }

  @Test
  void aNeighbourOfAQuantisedResultIsWrong() {
    Sample sample = Sample.of("a", graph -> graph.name().equals("quantised layers I8"));
    Tensor y = new Interpreter().run(sample.graph(), sample.inputs(0)).get("y");

    sample.check(0, Map.of("y", y));
    y.setLong(5, y.getLong(5) + 1);
    assertThrows(AssertionError.class, () -> sample.check(0, Map.of("y", y)));
  }

  @Test
  void layersComeLast() {
    List<String> taken =
        Sample.some("b", graph -> graph.name().matches("gelu|.*layers.*"), 7).stream()
            .map(sample -> sample.graph().name())
            .toList();

    assertEquals(
        List.of(
            "layers",
            "other layers",
            "gelu",
            "quantised layers I8",
            "quantised layers I16",
            "quantised other layers I8",
            "quantised other layers I16"),
        taken.stream().distinct().toList());
  }

  @Test
  void whatADeviceRefusedIsNotOfferedAgain() {
    AtomicInteger offered = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      Sample.of("c", graph -> offered.incrementAndGet() > 3);
      assertEquals(4 + i, offered.get());
    }
    assertEquals(3, Sample.refused("c"));
  }

  @Test
  void aDeviceThatClaimsWhatItRefusedIsOfferedAll() {
    Sample.refused("d", 1_000_000);

    assertEquals("layers", Sample.of("d", graph -> true).graph().name());
  }

  @Test
  void aDeviceThatClaimsNothingIsToldSo() {
    NotClaimed none = assertThrows(NotClaimed.class, () -> Sample.of("e", graph -> false));

    assertTrue(none.getMessage().contains("claims none"), none::getMessage);
  }
}
