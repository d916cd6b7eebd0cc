package dev.halyard.opencl.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.Value;
import dev.halyard.Window;
import dev.halyard.opencl.code.DeviceModel.TensorCores;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Generated texts and launches, for devices that need not be there. */
class ScheduleTests {
  /** A coordinate, or a part of one, times a number that is no coordinate any more. */
  private static final Pattern NARROW_PRODUCT =
      Pattern.compile("(?<![\\w)])(row|i|id|\\([^()]*\\b(row|i|id)\\b[^()]*\\)) \\* \\(?-?\\d{2,}");

  private static final DeviceModel WITHOUT_F64 =
      new DeviceModel(DeviceModel.Family.CPU, 4, 4096, 1L << 30, 8, false, false, TensorCores.NONE);

  private static Schedule only(DeviceModel model, Function<Graph.Builder, Value> body) {
    Graph graph = Graph.of("tested", g -> g.output("y", body.apply(g)));
    List<Schedule> schedules = ModelDriver.schedules(model, graph);
    assertEquals(1, schedules.size());
    return schedules.getFirst();
  }

  static Stream<Arguments> largeGraphs() {
    long side = 70_000;
    return Stream.of(
        large("bias", g -> large(g, side).add(g.input("b", DType.F16, side))),
        large("sums of rows", g -> large(g, side).reduceSum(false, 1)),
        large("sums of columns", g -> large(g, side).reduceSum(false, 0)),
        large("transposition", g -> large(g, side).transpose(1, 0)),
        large(
            "reversed rows",
            g -> large(g, side).slice(Shape.of(side - 1, 0), Shape.of(side, side), -1, 1)),
        large("gathered rows", g -> large(g, side).gather(g.input("i", DType.I32, 5), 0)),
        large("softmax", g -> large(g, side).softmax(-1)));
  }

  private static Value large(Graph.Builder g, long side) {
    return g.input("x", DType.F16, side, side);
  }

  private static Arguments large(String name, Function<Graph.Builder, Value> body) {
    return Arguments.of(name, body);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("largeGraphs")
  void offsetsInTensorsOfMoreThan4GibAreComputedIn64Bits(
      String name, Function<Graph.Builder, Value> body) {
    for (DeviceModel model : List.of(ModelDriver.CPU, ModelDriver.GPU)) {
      String source = only(model, body).source();
      for (String line : source.lines().toList()) {
        Matcher narrow = NARROW_PRODUCT.matcher(line);
        assertFalse(narrow.find(), () -> model.family() + ": " + line + "\nin\n" + source);
      }
    }
  }

  @Test
  void aValueThatIsUsedTwiceAtEveryStepIsLookedAtOnce() {
    Schedule schedule =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                only(
                    ModelDriver.CPU,
                    g -> {
                      Value x = g.input("x", DType.F32, 100);
                      for (int i = 0; i < 60; i++) {
                        x = x.mul(x);
                      }
                      return x;
                    }));
    assertEquals(1, schedule.launches().size());
  }

  @Test
  void weightsForABatchAreReadWhereTheyAreAndLaidOutOnce() {
    Schedule schedule =
        only(
            ModelDriver.CPU,
            g ->
                g.input("x", DType.F32, 4, 100, 256)
                    .matmul(g.constant(new float[256 * 256], 256, 256)));
    assertEquals(1, schedule.launches().size(), () -> schedule.launches().toString());
    Launch launch = schedule.launches().getFirst();
    assertTrue(launch.what().contains("400x256x256"), launch.what());
    assertTrue(
        launch.buffers().stream().anyMatch(buffer -> buffer.layout() != null), launch::toString);
    assertEquals(0, schedule.workspaceBytes());
  }

  @Test
  void noGridIsLargeAlongAnyAxisButTheFirst() {
    Schedule schedule =
        only(
            ModelDriver.GPU,
            g ->
                g.input("x", DType.F32, 100_000, 70, 8)
                    .matmul(g.input("y", DType.F32, 100_000, 8, 70)));
    for (Launch launch : schedule.launches()) {
      for (int axis = 1; axis < launch.global().length; axis++) {
        assertTrue(launch.global()[axis] / launch.local()[axis] <= 65_535, launch.what());
      }
    }
  }

  @Test
  void aConvolutionThatNoBlockCouldHoldIsNotGathered() {
    Function<Graph.Builder, Value> body =
        g ->
            g.input("x", DType.F32, 32, 64, 224, 224)
                .conv(g.input("w", DType.F32, 64, 64, 3, 3), Window.of(3, 3).padding(1, 1), 1);
    DeviceModel small =
        new DeviceModel(DeviceModel.Family.GPU, 8, 256, 2L << 30, 1, true, false, TensorCores.NONE);
    assertTrue(only(ModelDriver.GPU, body).workspaceBytes() > 3L << 30);
    assertEquals(0, only(small, body).workspaceBytes());
  }

  @Test
  void whatNeedsF64IsRefusedWhereTheDeviceHasNone() {
    Graph graph =
        Graph.of(
            "f64",
            g -> g.output("y", g.input("x", DType.F32, 4).cast(DType.F64).sqrt().cast(DType.F32)));
    UnsupportedOnDeviceException refused =
        assertThrows(
            UnsupportedOnDeviceException.class, () -> ModelDriver.schedules(WITHOUT_F64, graph));
    assertTrue(String.valueOf(refused.getMessage()).contains("cl_khr_fp64"), refused::getMessage);
  }
}
