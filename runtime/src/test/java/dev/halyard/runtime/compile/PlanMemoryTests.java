package dev.halyard.runtime.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Region;
import dev.halyard.spi.ValueView;
import dev.halyard.spi.WorkspacePlan;
import dev.halyard.testkit.RandomGraphs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanMemoryTests {
  private static final int TRIES = Integer.getInteger("halyard.tries", 80);

  static LongStream seeds() {
    return LongStream.range(1000, 1000 + TRIES);
  }

  private static Partition partition(Graph graph, boolean fusion) {
    return Lowering.lower(
            graph, List.of(FakeDriver.primitives("cpu")), CompileOptions.defaults().fusion(fusion))
        .placed()
        .getFirst()
        .partition();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyRegionReadsWhatWasWrittenForIt(long seed) {
    Graph graph = RandomGraphs.generate(seed).graph();
    run(partition(graph, true), Dims.none());
    run(partition(graph, false), Dims.none());
  }

  @Test
  void placesFollowTheDimensions() {
    Partition partition = partition(Networks.transformerLayer(), true);
    assertEquals(List.of("batch", "length"), partition.symbols());
    run(partition, Dims.of("batch", 1).and("length", 1));
    run(partition, Dims.of("batch", 3).and("length", 17));
    long small = partition.planWorkspace(new long[] {1, 1}).bytes();
    assertTrue(partition.planWorkspace(new long[] {4, 64}).bytes() > small);
  }

  @Test
  void valuesThatDoNotMeetShareTheirPlaces() {
    Partition partition = partition(Networks.transformerLayer(), true);
    long[] dims = {2, 16};
    long sum =
        between(partition).stream()
            .mapToLong(v -> bytes(v, Dims.of("batch", 2).and("length", 16)))
            .sum();
    assertTrue(partition.planWorkspace(dims).bytes() < sum / 2);
  }

  @Test
  void anInputHasNoPlace() {
    Partition partition = partition(Networks.mlp(), true);
    WorkspacePlan plan = partition.planWorkspace(new long[0]);
    assertThrows(
        IllegalArgumentException.class, () -> plan.offset(partition.inputs().getFirst().value()));
  }

  private static List<? extends ValueView> between(Partition partition) {
    List<ValueView> outputs = partition.outputs().stream().map(port -> port.value()).toList();
    return partition.regions().stream()
        .flatMap(region -> region.outputs().stream())
        .filter(v -> !outputs.contains(v))
        .toList();
  }

  private static long bytes(ValueView value, Dims dims) {
    long elements = Shape.elements(value.shape().resolve(dims).toArray());
    return Math.ceilDiv(elements * value.dtype().bytes(), 64) * 64;
  }

  /** Writes the id of each value all over its place, and looks for it wherever it is read. */
  private static void run(Partition partition, Dims dims) {
    WorkspacePlan plan =
        partition.planWorkspace(partition.symbols().stream().mapToLong(dims::get).toArray());
    List<? extends ValueView> between = between(partition);
    Map<Long, ValueView> memory = new HashMap<>();
    for (Region region : partition.regions()) {
      for (ValueView value : region.outputs()) {
        if (between.contains(value)) {
          write(memory, plan, value, bytes(value, dims));
        }
      }
      for (ValueView value : region.inputs()) {
        if (between.contains(value)) {
          read(memory, plan, value, bytes(value, dims));
        }
      }
    }
  }

  private static void write(
      Map<Long, ValueView> memory, WorkspacePlan plan, ValueView value, long bytes) {
    assertEquals(0, plan.offset(value) % 64, "alignment of " + value);
    assertTrue(plan.offset(value) + bytes <= plan.bytes(), value + " reaches beyond the end");
    for (long i = 0; i < bytes; i += 64) {
      memory.put(plan.offset(value) + i, value);
    }
  }

  private static void read(
      Map<Long, ValueView> memory, WorkspacePlan plan, ValueView value, long bytes) {
    for (long i = 0; i < bytes; i += 64) {
      assertEquals(value, memory.get(plan.offset(value) + i), "content of " + value);
    }
  }
}
