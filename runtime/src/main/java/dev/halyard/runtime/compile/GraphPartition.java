package dev.halyard.runtime.compile;

import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Permission;
import dev.halyard.spi.Port;
import dev.halyard.spi.Region;
import dev.halyard.spi.ValueView;
import dev.halyard.spi.WorkspacePlan;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A partition over a graph of its own. */
final class GraphPartition implements Partition {
  private final Graph graph;
  private final List<FusedRegion> regions;
  private final Set<Permission> permissions;
  private final List<Port> inputs;
  private final List<Port> outputs;
  private final List<String> symbols;
  private volatile @Nullable String fingerprint;

  GraphPartition(Graph graph, List<FusedRegion> regions, Set<Permission> permissions) {
    this.graph = graph;
    this.regions = List.copyOf(regions);
    this.permissions = permissions;
    this.inputs = graph.inputs().stream().map(GraphPartition::port).toList();
    this.outputs = graph.outputs().stream().map(GraphPartition::port).toList();
    this.symbols = List.copyOf(graph.symbols().keySet());
  }

  private static Port port(Value value) {
    return new RowMajorPort(value);
  }

  private record RowMajorPort(ValueView value) implements Port {
    @Override
    public String layout() {
      return ROW_MAJOR;
    }
  }

  @Override
  public String name() {
    return graph.name();
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public List<Port> inputs() {
    return inputs;
  }

  @Override
  public List<Port> outputs() {
    return outputs;
  }

  @Override
  public List<Region> regions() {
    return Collections.unmodifiableList(regions);
  }

  @Override
  public List<String> symbols() {
    return symbols;
  }

  @Override
  public Set<Permission> permissions() {
    return permissions;
  }

  @Override
  public WorkspacePlan planWorkspace(long[] dims) {
    if (dims.length != symbols.size()) {
      throw new IllegalArgumentException(
          name() + " wants a value for each of " + symbols + ", found " + dims.length);
    }
    Dims values = Dims.none();
    for (int i = 0; i < dims.length; i++) {
      values = values.and(symbols.get(i), dims[i]);
    }
    return PlanMemory.of(graph, regions, values);
  }

  @Override
  public String fingerprint() {
    String known = fingerprint;
    if (known == null) {
      known = Fingerprint.of(graph, regions, permissions);
      fingerprint = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return name() + " " + regions;
  }
}
