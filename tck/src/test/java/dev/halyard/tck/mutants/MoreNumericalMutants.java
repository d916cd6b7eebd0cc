package dev.halyard.tck.mutants;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** More mutants whose results are wrong, and a device that flushes denormals and says so. */
final class MoreNumericalMutants {
  private static final Set<String> MOVES =
      Set.of(
          "reshape/1",
          "transpose/1",
          "broadcast/1",
          "slice/1",
          "concat/1",
          "pad/1",
          "gather/1",
          "scatter/1",
          "select/1");

  private MoreNumericalMutants() {}

  private static boolean isFloat(Value value, DType dtype) {
    return value.dtype() == dtype;
  }

  /** {@return whether a node is of an operation and its extents are known and not 0} */
  private static boolean is(Node node, String op) {
    return node.op().equals(op)
        && node.inputs().stream()
            .allMatch(v -> v.shape().dims().stream().allMatch(d -> d.isConstant() && !d.is(0)));
  }

  private static boolean isF32(Node node, String op) {
    return is(node, op) && isFloat(node.inputs().getFirst(), DType.F32);
  }

  private static long[] extents(Value value) {
    return value.shape().toArray();
  }

  private static Value same(Node node, List<Value> operands, GraphCopy to) {
    return to.same(node, node.attributes(), operands).getFirst();
  }

  private static Value scalar(GraphCopy to, Value like, double value) {
    return to.scalar(like.dtype(), value).broadcast(like.shape());
  }

  /** {@return some extents of an axis} */
  private static Value part(Value value, int axis, long from, long count) {
    long[] start = new long[value.shape().rank()];
    long[] size = extents(value);
    start[axis] = from;
    size[axis] = count;
    return value.slice(Shape.of(start), Shape.of(size));
  }

  /** {@return a value with the last of its columns made zeros} */
  private static Value withoutLastColumn(Value value, GraphCopy to) {
    long columns = extents(value)[value.shape().rank() - 1];
    Tensor mask = TensorArena.ofAuto().allocate(value.dtype(), columns);
    for (long i = 0; i < columns - 1; i++) {
      mask.setDouble(i, 1);
    }
    return value.mul(to.constant(mask));
  }

  private static Optional<NodeView> producer(Node node, int operand, String op) {
    return node.inputs().get(operand).producer().filter(made -> made.op().equals(op));
  }

  /** {@return an operand of what made a value of the copy} */
  private static Value source(Value copied, int operand) {
    return (Value) copied.producer().orElseThrow().inputs().get(operand);
  }

  /** Moves floats through an addition. */
  @Breaks(
      fault = "moved elements lose the sign of zero",
      aim = "N-104",
      also = {"N-105", "N-403", "N-404", "N-604", "N-601", "N-605"})
  public static final class MinusZeroMoved extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Value result = node.outputs().getFirst();
      return MOVES.contains(node.op()) && result.dtype().isFloat()
          ? Optional.of(same(node, operands, to).add(to.scalar(result.dtype(), 0)))
          : Optional.empty();
    }
  }

  /** Adds pairs of 8-bit products as an instruction does that saturates in 16 bits. */
  @Breaks(
      fault = "a pair of 8-bit products saturates in 16 bits",
      aim = "N-203",
      also = {"N-105", "N-204", "N-605", "N-702"})
  public static final class PairsSaturate extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Value a = operands.isEmpty() ? null : operands.getFirst();
      if (a == null || !is(node, "matmul/1") || a.dtype().bytes() != 1) {
        return Optional.empty();
      }
      Value b = operands.get(1);
      int inner = a.shape().rank() - 1;
      long k = extents(a)[inner];
      if (k < 3) {
        return Optional.empty();
      }
      Value pair = part(a, inner, 0, 2).matmul(part(b, inner - 1, 0, 2), DType.I32);
      Value rest = part(a, inner, 2, k - 2).matmul(part(b, inner - 1, 2, k - 2), DType.I32);
      return Optional.of(pair.clip(-32768, 32767).add(rest));
    }
  }

  /** Rounds products down. */
  @Breaks(
      fault = "F32 products are rounded down",
      aim = "N-303",
      also = {
        "N-105", "N-201", "N-202", "N-301", "N-302", "N-404", "N-405", "N-601", "N-602", "N-604",
        "N-605", "N-702", "N-704", "N-801", "N-901"
      })
  public static final class RoundedDown extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!isF32(node, "matmul/1")) {
        return Optional.empty();
      }
      Value product = same(node, operands, to);
      return Optional.of(product.sub(product.abs().mul(0x1p-23)));
    }
  }

  /** Keeps in F16 what passes from kernel to kernel. */
  @Breaks(
      fault = "without fusion, values between kernels are kept in F16",
      aim = "N-604",
      also = {"N-601", "N-105", "N-605", "L-101", "N-901"})
  public static final class UnfusedInF16 extends Mutant {
    private static final Set<String> KEPT = Set.of("add/1", "sub/1", "mul/1", "matmul/1", "conv/1");

    private boolean unfused;

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          unfused =
              partition.regions().size() > 2
                  && partition.regions().stream().allMatch(region -> region.nodes().size() == 1);
          return super.compile(partition, context);
        }
      };
    }

    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      boolean kept =
          unfused && KEPT.contains(node.op()) && isFloat(node.outputs().getFirst(), DType.F32);
      return kept
          ? Optional.of(same(node, operands, to).cast(DType.F16).cast(DType.F32))
          : Optional.empty();
    }
  }

  /** Computes silu as an approximation of GELU. */
  @Breaks(
      fault = "silu is x * sigmoid(1.702 x)",
      aim = {"N-602", "N-605"},
      also = {"N-601", "N-604"})
  public static final class SteepSilu extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return node.op().equals("halyard.silu/1")
          ? Optional.of(operands.getFirst().mul(operands.getFirst().mul(1.702).sigmoid()))
          : Optional.empty();
    }
  }

  /** Leaves out what is added under a root. */
  @Breaks(
      fault = "roots lack the epsilon that is added under them",
      aim = "N-603",
      also = {"N-601", "N-604", "N-605"})
  public static final class RootWithoutEpsilon extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      boolean root = is(node, "sqrt/1") || is(node, "halyard.rsqrt/1");
      return root && producer(node, 0, "add/1").isPresent()
          ? Optional.of(same(node, List.of(source(operands.getFirst(), 0)), to))
          : Optional.empty();
    }
  }

  /** Multiplies every item of a batch by the first matrix. */
  @Breaks(
      fault = "a batch is multiplied by the weights of its first item",
      aim = "N-702",
      also = {
        "N-105", "N-201", "N-203", "N-301", "N-302", "N-303", "N-601", "N-604", "N-605", "N-204",
        "S-401", "N-901"
      })
  public static final class BatchSharesWeights extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!is(node, "matmul/1") || operands.getFirst().shape().rank() != 3) {
        return Optional.empty();
      }
      Value b = operands.get(1);
      if (extents(b)[0] < 2) {
        return Optional.empty();
      }
      Value first = part(b, 0, 0, 1).broadcast(b.shape());
      return Optional.of(same(node, List.of(operands.getFirst(), first), to));
    }
  }

  /** Keeps sums in fixed point. */
  @Breaks(
      fault = "sums of F32 products are kept in fixed point",
      aim = "N-703",
      also = {
        "N-105", "N-301", "N-302", "N-303", "N-404", "N-405", "N-601", "N-602", "N-604", "N-605",
        "N-702", "N-704", "N-801", "N-901"
      })
  public static final class FixedPoint extends Mutant {
    private static final double STEP = 0x1p-14;

    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!isF32(node, "matmul/1")) {
        return Optional.empty();
      }
      Value sum = same(node, operands, to);
      Value small = sum.abs().lt(scalar(to, sum, 0x1p9));
      return Optional.of(small.select(sum.div(STEP).round().mul(STEP), sum));
    }
  }

  /** Reads a transposed operand as if it were packed. */
  @Breaks(
      fault = "a transposed operand is read as if it were not",
      aim = "N-704",
      also = {"N-601", "N-604", "N-605", "N-901"})
  public static final class TransposeIgnored extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!is(node, "matmul/1") || producer(node, 1, "transpose/1").isEmpty()) {
        return Optional.empty();
      }
      Value turned = operands.get(1);
      Value packed = source(turned, 0).reshape(turned.shape());
      return Optional.of(same(node, List.of(operands.getFirst(), packed), to));
    }
  }

  /** Reads its inputs once for each binding, and allocates the copies that it swaps in. */
  @Breaks(
      fault = "a binding reads its inputs in its first run only",
      aim = "N-704",
      also = {
        "N-601", "N-604", "N-901", "L-002", "L-004", "L-106", "R-103", "R-104", "R-105", "R-201",
        "R-202", "S-302", "S-303", "S-304", "S-305", "S-401", "S-403"
      })
  public static final class ReadOnce extends Mutant {
    private final Map<Bound, List<byte[]>> read = Collections.synchronizedMap(new WeakHashMap<>());

    @Override
    void execute(Stream cpu, Bound bound) {
      List<byte[]> now = bound.in.stream().map(x -> bytes(x.segment())).toList();
      List<byte[]> first = read.computeIfAbsent(bound, b -> now);
      write(first, bound);
      cpu.execute(bound.binding);
      write(now, bound);
    }

    private static byte[] bytes(MemorySegment segment) {
      return segment.toArray(ValueLayout.JAVA_BYTE);
    }

    private static void write(List<byte[]> values, Bound bound) {
      for (int i = 0; i < values.size(); i++) {
        bound.in.get(i).segment().copyFrom(MemorySegment.ofArray(values.get(i)));
      }
    }
  }

  /** Leaves out the last column of products that fill their tiles. */
  @Breaks(
      fault = "a product of 64 columns loses the last",
      aim = "N-801",
      also = {"N-105", "N-601", "N-604", "N-605", "N-901", "S-401"})
  public static final class FullTileLost extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Value result = node.outputs().getFirst();
      boolean full =
          is(node, "matmul/1")
              && result.dtype().isFloat()
              && extents(result)[result.shape().rank() - 1] % 64 == 0;
      return full ? Optional.of(withoutLastColumn(same(node, operands, to), to)) : Optional.empty();
    }
  }

  /** Takes one tensor that is bound twice for nothing the second time. */
  @Breaks(
      fault = "a tensor bound to two inputs arrives at one",
      aim = "N-803",
      also = {"N-701"})
  public static final class BoundOnce extends Mutant {
    @Override
    void execute(Stream cpu, Bound bound) {
      cpu.execute(bound.binding);
      long distinct = bound.in.stream().map(x -> x.segment().address()).distinct().count();
      boolean filled = bound.in.stream().allMatch(x -> x.bytes() > 0);
      if (filled && distinct < bound.in.size()) {
        bound.out.getFirst().segment().copyFrom(bound.in.getFirst().segment());
      }
    }
  }

  /** Adds the residual after the activation. */
  @Breaks(
      fault = "relu comes before the residual",
      aim = "N-601",
      also = {"N-602", "N-604", "N-605", "N-901", "L-101"})
  public static final class ReluTooEarly extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      if (!is(node, "halyard.relu/1") || producer(node, 0, "add/1").isEmpty()) {
        return Optional.empty();
      }
      Value sum = operands.getFirst();
      return Optional.of(source(sum, 0).relu().add(source(sum, 1)));
    }
  }

  /** Loses a column when it packs weights ahead. */
  @Breaks(
      fault = "constant weights lose their last column when they are packed",
      aim = {"N-601", "N-602"},
      also = {
        "N-105", "N-202", "N-301", "N-302", "N-303", "N-604", "N-605", "N-204", "S-401", "N-901",
        "R-101", "R-102", "R-103", "R-104", "R-105", "R-201", "R-202", "R-301", "R-302", "R-402",
        "R-501", "R-502", "R-601"
      })
  public static final class PackedWeights extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      boolean packed =
          is(node, "matmul/1")
              && node.outputs().getFirst().dtype().isFloat()
              && node.inputs().get(1).constantTensor().isPresent();
      return packed
          ? Optional.of(withoutLastColumn(same(node, operands, to), to))
          : Optional.empty();
    }
  }

  /** Drops the bias of products. */
  @Breaks(
      fault = "the bias of a product is dropped",
      aim = "N-602",
      also = {"N-601", "N-604", "N-605", "N-204", "N-901"})
  public static final class BiasDropped extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      boolean bias =
          is(node, "add/1")
              && producer(node, 0, "matmul/1").isPresent()
              && producer(node, 1, "broadcast/1").isPresent();
      return bias ? Optional.of(operands.getFirst()) : Optional.empty();
    }
  }

  /** Uses the memory of its constants as scratch. */
  @Breaks(
      fault = "constants are overwritten in the first run",
      aim = "N-103",
      also = {
        "N-701", "N-601", "N-604", "N-802", "N-105", "L-004", "N-901", "R-103", "R-104", "R-105",
        "S-401", "R-102", "R-201", "R-202", "R-301", "R-302", "R-402", "R-501", "R-601", "R-101",
        "L-002"
      })
  public static final class ConstantsOverwritten extends Mutant {
    private final Map<Program, AtomicInteger> runs = new ConcurrentHashMap<>();

    @Override
    void execute(Stream cpu, Bound bound) {
      cpu.execute(bound.binding);
      int run = runs.computeIfAbsent(bound.made.program(), p -> new AtomicInteger()).get();
      boolean large =
          bound.made.partition().graph().nodes().stream()
              .flatMap(node -> node.inputs().stream())
              .anyMatch(v -> v.constant().isPresent() && v.constant().get().byteSize() > 64);
      MemorySegment y = bound.out.getFirst().segment();
      if (large && run > 0 && y.byteSize() > 0) {
        y.asSlice(0, Math.min(4, y.byteSize())).fill((byte) 0);
      }
      runs.get(bound.made.program()).incrementAndGet();
    }
  }

  /** Raises 1 to NaN as C does. */
  @Breaks(
      fault = "pow(1, NaN) is 1",
      aim = "N-404",
      also = {"N-105", "N-401"})
  public static final class PowAsInC extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Value x = operands.isEmpty() ? null : operands.getFirst();
      if (x == null || !node.op().equals("pow/1") || !x.dtype().isFloat()) {
        return Optional.empty();
      }
      Value one = scalar(to, x, 1);
      return Optional.of(x.eq(one).select(one, same(node, operands, to)));
    }
  }

  /** Takes a NaN for less than every number where an index is asked for. */
  @Breaks(
      fault = "argmax passes NaN over",
      aim = "N-404",
      also = {"N-105", "N-605", "N-601", "N-604"})
  public static final class ArgmaxWithoutNan extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Value x = operands.isEmpty() ? null : operands.getFirst();
      if (x == null || !node.op().equals("argmax/1") || !x.dtype().isFloat()) {
        return Optional.empty();
      }
      Value number = x.eq(x).select(x, scalar(to, x, Double.NEGATIVE_INFINITY));
      return Optional.of(same(node, List.of(number), to));
    }
  }

  /** Subtracts the zero point in the type of the operand. */
  @Breaks(
      fault = "dequantize subtracts in 8 bits",
      aim = "N-204",
      also = {"N-105", "N-601", "N-604"})
  public static final class DequantizeWraps extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      Value x = operands.isEmpty() ? null : operands.getFirst();
      boolean bytes =
          x != null
              && node.op().equals("dequantize/1")
              && x.dtype() == DType.I8
              && operands.get(2).shape().rank() == 0;
      if (!bytes) {
        return Optional.empty();
      }
      Value wrapped = x.sub(operands.get(2).broadcast(x.shape()));
      return Optional.of(same(node, List.of(wrapped, operands.get(1), to.scalar(DType.I8, 0)), to));
    }
  }

  /** Rounds ties away from even ones where it requantizes. */
  @Breaks(
      fault = "quantised products round half up where half even is asked for",
      aim = "N-204",
      also = {"N-105", "N-605"})
  public static final class ProductsHalfUp extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return node.op().equals("round/1") && isFloat(operands.getFirst(), DType.F64)
          ? Optional.of(operands.getFirst().add(0.5).floor())
          : Optional.empty();
    }
  }

  /** Rounds the operands of F32 convolutions to BF16. */
  @Breaks(
      fault = "F32 convolutions take BF16 inputs",
      aim = {"N-202", "N-302"},
      also = {"N-105", "N-301", "N-303", "N-601", "N-604", "N-605", "N-901"})
  public static final class Bf16Convolutions extends Mutant {
    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      return isF32(node, "conv/1")
          ? Optional.of(
              same(
                  node,
                  operands.stream().map(x -> x.cast(DType.BF16).cast(DType.F32)).toList(),
                  to))
          : Optional.empty();
    }
  }

  /** Takes denormals for zeros in all arithmetic, and says so: correct. */
  public static class FlushesAndSays extends Mutant {
    @Override
    DeviceDescriptor describe(DeviceDescriptor cpu) {
      return like(cpu, "flushes", dtypes(cpu)).properties("denormals", "flushed").build();
    }

    /** {@return the least number that is kept} */
    double least(DType dtype) {
      return dtype == DType.F16
          ? 0x1p-14
          : dtype == DType.F64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    }

    @Override
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
      boolean arithmetic =
          !MOVES.contains(node.op())
              && node.outputs().size() == 1
              && operands.stream().anyMatch(x -> x.dtype().isFloat());
      return arithmetic
          ? Optional.of(
              flushed(same(node, operands.stream().map(x -> flushed(x, to)).toList(), to), to))
          : Optional.empty();
    }

    private Value flushed(Value x, GraphCopy to) {
      if (!x.dtype().isFloat()) {
        return x;
      }
      Value tiny = x.abs().lt(scalar(to, x, least(x.dtype())));
      return tiny.select(x.mul(to.scalar(x.dtype(), 0)), x);
    }
  }

  /** Takes more for denormals than is. */
  @Breaks(
      fault = "F32 numbers below 2^-14 are flushed as if they were denormals",
      aim = {"N-401", "N-403"},
      also = {
        "N-105", "N-301", "N-302", "N-303", "N-402", "N-404", "N-501", "N-601", "N-602", "N-603",
        "N-604", "N-605", "N-702", "N-704", "N-801", "N-901", "S-403"
      })
  public static final class FlushesTooMuch extends FlushesAndSays {
    @Override
    double least(DType dtype) {
      return dtype == DType.F32 ? 0x1p-14 : super.least(dtype);
    }
  }
}
