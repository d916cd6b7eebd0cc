package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.Window;
import dev.halyard.opencl.code.DeviceModel.TensorCores;
import dev.halyard.opencl.code.Lowering;
import dev.halyard.opencl.code.Schedule;
import dev.halyard.opencl.code.TileBucket;
import dev.halyard.spi.Permission;
import dev.halyard.testkit.Case;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products by tensor cores, with the instruction emulated: PoCL has none. */
@Timeout(600)
class TensorTileTests {
  private static final String EMULATED = "emulated_mma";
  private static final CompileOptions PLAIN = CompileOptions.defaults();
  private static final CompileOptions PERMITTED = PLAIN.permit(Permission.F16_ACCUMULATE);

  private final List<String> sources = new ArrayList<>();

  @BeforeEach
  void needsPocl() {
    Lanes.require("pocl");
  }

  private OpenClDriver open(String tensorCores) {
    CodeGenerator generator =
        (partition, dims, device, tiles) -> {
          Schedule schedule = Lowering.lower(partition, dims, device, tiles);
          sources.add(schedule.source());
          return schedule;
        };
    return Drivers.open(generator, "family", "gpu", "tensorCores", tensorCores);
  }

  private static Graph graph(Function<Graph.Builder, Value> body) {
    return Graph.of("products", g -> g.output("y", body.apply(g)));
  }

  static Case filled(Graph graph) {
    long seed = ThreadLocalRandom.current().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> inputs = new HashMap<>();
    for (Value input : graph.inputs()) {
      Tensor tensor = TensorArena.ofAuto().allocate(input.dtype(), input.shape().toArray());
      for (long i = 0; i < tensor.elements(); i++) {
        tensor.setDouble(i, random.nextDouble(-2, 2));
      }
      inputs.put(input.name(), tensor);
    }
    return new Case("product, seed " + seed, graph, inputs);
  }

  static Graph product(DType dtype, long m, long n, long k) {
    return graph(g -> g.input("a", dtype, m, k).matmul(g.input("b", dtype, k, n)));
  }

  private static Graph batch(DType dtype) {
    return graph(
        g ->
            g.input("a", dtype, 3, 65, 36)
                .matmul(g.input("b", dtype, 3, 36, 132))
                .add(g.input("c", dtype, 132))
                .relu());
  }

  private static Graph convolution(DType dtype) {
    return graph(
        g ->
            g.input("x", dtype, 2, 8, 9, 9)
                .conv(g.input("w", dtype, 40, 8, 3, 3), Window.of(3, 3).padding(1, 1), 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"F16", "BF16"})
  void productsOfEveryShapeComeOutRight(String name) {
    DType dtype = DType.of(name);
    try (OpenClDriver driver = open("emulated")) {
      for (Graph graph :
          List.of(
              product(dtype, 64, 128, 32),
              product(dtype, 70, 131, 50),
              batch(dtype),
              convolution(dtype))) {
        assertTrue(CaseChecks.check(driver, filled(graph), PERMITTED) > 0);
        assertTrue(sources.getLast().contains(EMULATED), sources::getLast);
      }
    }
  }

  @Test
  void theyAreUsedWherePermittedAndWorthIt() {
    try (OpenClDriver driver = open("emulated")) {
      CaseChecks.check(driver, filled(product(DType.F16, 40, 40, 40)), PLAIN);
      CaseChecks.check(driver, filled(product(DType.F32, 40, 40, 40)), PERMITTED);
      CaseChecks.check(driver, filled(product(DType.F16, 1, 40, 40)), PERMITTED);
    }
    try (OpenClDriver driver = open("off")) {
      CaseChecks.check(driver, filled(product(DType.F16, 40, 40, 40)), PERMITTED);
    }
    try (OpenClDriver driver = open("auto")) {
      CaseChecks.check(driver, filled(product(DType.F16, 40, 40, 40)), PERMITTED);
    }
    assertEquals(5, sources.size());
    sources.forEach(source -> assertFalse(source.contains("mma"), source));
  }

  @Test
  void theProbeSeesWhetherProductsAreRight() {
    try (OpenClDriver driver = open("emulated")) {
      assertTrue(TensorProbe.works(driver, TensorCores.EMULATED));
    }
    TileBucket sizes = new TileBucket(2, 2, 1, 1, DType.F16);
    float[] a = {1, 2};
    float[] b = {3, 4};
    assertTrue(TensorProbe.isProduct(a, b, new float[] {3, 4, 6, 8}, sizes));
    assertFalse(TensorProbe.isProduct(a, b, new float[] {3, 4, 8, 6}, sizes));
    assertFalse(TensorProbe.isProduct(a, b, new float[] {3, 4, 6, Float.NaN}, sizes));
  }

  @Test
  void aDeviceThatIsLostDuringTheProbeIsReportedLost() {
    try (OpenClDriver driver = open("emulated")) {
      driver.loseAt(1);
      assertThrows(
          DeviceLostException.class, () -> TensorProbe.works(driver, TensorCores.EMULATED));
      assertTrue(driver.isLost());
    }
  }
}
