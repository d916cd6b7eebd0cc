package dev.halyard.tck.mutants;

import dev.halyard.DType;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Binding;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Stream;
import dev.halyard.tck.wrap.WrappedStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Accelerators of quantised dense layers with one fault each. */
final class DenseFaults {
  private static final int BLOCK = 16;

  private DenseFaults() {}

  private static boolean isProduct(NodeView node) {
    return node.op().equals("halyard.qmatmul/1");
  }

  /** Rounds ties as ONNX does. */
  public static final class RoundsHalfEven extends DenseAccelerator {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return isProduct(node)
          ? Optional.of(
              to.same(node, node.attributes().with("rounding", "HALF_EVEN"), operands).getFirst())
          : Optional.empty();
    }
  }

  /** Leaves the bias out. */
  public static final class BiasDropped extends DenseAccelerator {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return isProduct(node) && operands.size() > 8
          ? Optional.of(to.same(node, node.attributes(), operands.subList(0, 8)).getFirst())
          : Optional.empty();
    }
  }

  /** Claims the ReLU and forgets it. */
  public static final class ReluDropped extends DenseAccelerator {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return node.op().equals("halyard.relu/1")
          ? Optional.of(operands.getFirst())
          : Optional.empty();
    }
  }

  /** Shifts all columns as the first one. */
  public static final class FirstShiftForAll extends DenseAccelerator {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!isProduct(node) || operands.get(4).shape().rank() == 0) {
        return Optional.empty();
      }
      Value[] changed = operands.toArray(Value[]::new);
      double first = operands.get(4).constantTensor().orElseThrow().getDouble(0);
      changed[4] = to.scalar(operands.get(4).dtype(), first);
      changed[5] = to.scalar(operands.get(5).dtype(), 0);
      return Optional.of(to.same(node, node.attributes(), List.of(changed)).getFirst());
    }
  }

  /** Forgets what comes after its first block of rows. */
  public static final class FirstBlockAlone extends DenseAccelerator {
    @Override
    void execute(Stream cpu, Bound bound) {
      super.execute(cpu, bound);
      long columns = bound.made.partition().outputs().getFirst().value().shape().dim(-1).constant();
      int bytes = bound.made.partition().outputs().getFirst().value().dtype().bytes();
      MemorySegment y = bound.out.getFirst().segment();
      if (y.byteSize() > BLOCK * columns * bytes) {
        y.asSlice(BLOCK * columns * bytes).fill((byte) 0);
      }
    }
  }

  /** Does not write its last byte. */
  public static final class LastByteKept extends DenseAccelerator {
    @Override
    void execute(Stream cpu, Bound bound) {
      MemorySegment y = bound.out.getLast().segment();
      byte last = y.get(ValueLayout.JAVA_BYTE, y.byteSize() - 1);
      super.execute(cpu, bound);
      y.set(ValueLayout.JAVA_BYTE, y.byteSize() - 1, last);
    }
  }

  /** Reads inputs at multiples of 8 alone. */
  public static final class ReadsAligned extends DenseAccelerator {
    @Override
    void execute(Stream cpu, Bound bound) {
      super.execute(cpu, bound);
      if (bound.in.getFirst().segment().address() % 8 != 0) {
        bound.out.getFirst().segment().fill((byte) 0);
      }
    }
  }

  /** Gives another bit now and then. */
  public static final class Flickers extends DenseAccelerator {
    private final AtomicInteger runs = new AtomicInteger();

    @Override
    void execute(Stream cpu, Bound bound) {
      super.execute(cpu, bound);
      if (runs.incrementAndGet() % 4 == 0) {
        MemorySegment y = bound.out.getFirst().segment();
        y.set(ValueLayout.JAVA_BYTE, 0, (byte) (y.get(ValueLayout.JAVA_BYTE, 0) ^ 1));
      }
    }
  }

  /** Leaves out every eighth submission. */
  public static final class LeavesOut extends DenseAccelerator {
    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        private int submissions;
        private long last;

        @Override
        public long submit(Binding binding) {
          submissions++;
          last = submissions % 8 == 0 ? last : super.submit(binding);
          return last;
        }
      };
    }
  }

  /** Declares INT16 and claims products of I8 alone. */
  public static final class NoWideProducts extends DenseAccelerator {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
          boolean wide =
              graph.nodes().stream()
                  .anyMatch(node -> node.inputs().getFirst().dtype() == DType.I16);
          if (wide) {
            graph.nodes().forEach(node -> sink.refuse(node, "no products of I16"));
          } else {
            DenseClaims.claim(graph, sink);
          }
        }
      };
    }
  }
}
