package dev.halyard.runtime.compile;

import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.ValueView;
import dev.halyard.spi.WorkspacePlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives the values between regions their places in the workspace.
 *
 * <p>A value lives from the region that makes it to the last that reads it, both included: a region
 * never writes over what it reads. The largest values are placed first, each into the smallest gap
 * that fits between those that live at the same time ("greedy by size", arXiv:2001.03288).
 */
final class PlanMemory implements WorkspacePlan {
  private static final long ALIGNMENT = 64;

  private final Map<ValueView, Long> offsets = new HashMap<>();
  private final long bytes;

  /** A value with its lifetime in regions and its place. */
  private record Block(Value value, int from, int to, long bytes, long offset) {
    Block at(long place) {
      return new Block(value, from, to, bytes, place);
    }

    boolean livesWith(Block other) {
      return from <= other.to && other.from <= to;
    }

    long end() {
      return offset + bytes;
    }
  }

  private PlanMemory(List<Block> blocks) {
    List<Block> placed = new ArrayList<>();
    blocks.stream()
        .sorted(Comparator.comparingLong(Block::bytes).reversed())
        .forEach(block -> placed.add(block.at(place(block, placed))));
    placed.forEach(block -> offsets.put(block.value(), block.offset()));
    bytes = placed.stream().mapToLong(Block::end).max().orElse(0);
  }

  /**
   * {@return the plan for one choice of dimensions}
   *
   * @param graph the graph of the partition
   * @param regions its regions in the order in which they run
   * @param dims a value for every symbol
   */
  static PlanMemory of(Graph graph, List<FusedRegion> regions, Dims dims) {
    Map<Value, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < regions.size(); i++) {
      for (Value input : regions.get(i).inputs()) {
        lastUse.put(input, i);
      }
    }
    Set<Value> outputs = Set.copyOf(graph.outputs());
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < regions.size(); i++) {
      for (Value value : regions.get(i).outputs()) {
        if (!outputs.contains(value)) {
          blocks.add(
              new Block(value, i, lastUse.getOrDefault(value, i), alignedBytes(value, dims), 0));
        }
      }
    }
    return new PlanMemory(blocks);
  }

  private static long alignedBytes(Value value, Dims dims) {
    long elements = Shape.elements(value.shape().resolve(dims).toArray());
    long bytes = Math.multiplyExact(elements, value.dtype().bytes());
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  private static long place(Block block, List<Block> placed) {
    List<Block> rivals =
        placed.stream()
            .filter(block::livesWith)
            .sorted(Comparator.comparingLong(Block::offset))
            .toList();
    long best = -1;
    long bestGap = Long.MAX_VALUE;
    long free = 0;
    for (Block rival : rivals) {
      long gap = rival.offset() - free;
      if (gap >= block.bytes() && gap < bestGap) {
        best = free;
        bestGap = gap;
      }
      free = Math.max(free, rival.end());
    }
    return best >= 0 ? best : free;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long offset(ValueView value) {
    Long offset = offsets.get(value);
    if (offset == null) {
      throw new IllegalArgumentException(
          "value '"
              + value.name()
              + "' has no place in the workspace; it is no value between regions of this"
              + " partition");
    }
    return offset;
  }
}
