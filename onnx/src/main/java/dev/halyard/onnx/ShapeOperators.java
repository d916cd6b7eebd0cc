package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The same elements under other shapes, and shapes as data. */
final class ShapeOperators {
  private static final String FROM_SHAPES = "a shape that follows from shapes";

  private ShapeOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(Operator.of("Shape", 1, ShapeOperators::shape).attributes("start", "end"));
    operators.accept(Operator.of("Size", 1, ShapeOperators::size));
    operators.accept(
        Operator.of("Reshape", 2, ShapeOperators::reshape)
            .attributes("allowzero")
            .limits(FROM_SHAPES + "; at most one symbol in the extent that -1 stands for"));
    operators.accept(
        Operator.of("Flatten", 1, ShapeOperators::flatten)
            .attributes("axis")
            .limits("at most one symbolic extent on either side of the axis"));
    operators.accept(
        Operator.of("Squeeze", 1, ShapeOperators::squeeze).inputs(1, 2).attributes("axes"));
    operators.accept(
        Operator.of("Unsqueeze", 1, ShapeOperators::unsqueeze).inputs(1, 2).attributes("axes"));
    operators.accept(Operator.of("Transpose", 1, ShapeOperators::transpose).attributes("perm"));
    operators.accept(Operator.of("Expand", 2, ShapeOperators::expand).since(8).limits(FROM_SHAPES));
    operators.accept(
        Operator.of("Tile", 2, ShapeOperators::tile).limits("repeats that follow from shapes"));
    operators.accept(
        Operator.of("DepthToSpace", 1, ShapeOperators::depthToSpace)
            .attributes("blocksize", "mode")
            .limits("fixed extents but for the batch"));
    operators.accept(
        Operator.of("SpaceToDepth", 1, ShapeOperators::spaceToDepth)
            .attributes("blocksize")
            .limits("fixed extents but for the batch"));
  }

  private static void shape(OnnxNode node) {
    List<Dim> dims = node.input(0).shape().dims();
    int rank = dims.size();
    int start = bound(node.integer("start", 0), rank);
    int end = Math.max(start, bound(node.integer("end", rank), rank));
    node.result(0, Operand.of(node.graph(), DType.I64, false, dims.subList(start, end)));
  }

  private static int bound(long index, int rank) {
    long counted = index < 0 ? index + rank : index;
    return (int) Math.clamp(counted, 0L, rank);
  }

  private static void size(OnnxNode node) {
    Dim product = DimMath.product(node.input(0).shape().dims());
    if (product == null) {
      throw node.unsupported("the product of several symbols; fix all but one of them");
    }
    node.result(0, Operand.of(node.graph(), DType.I64, true, List.of(product)));
  }

  // Reshape.

  private static void reshape(OnnxNode node) {
    Value x = node.value(0);
    node.result(x.reshape(target(node, x.shape())));
  }

  /** {@return the shape that Reshape asks for: 0 keeps an extent, -1 takes what is left} */
  static Shape target(OnnxNode node, Shape from) {
    List<Dim> wanted = node.integers(1, "shape");
    if (node.input(1).rank() != 1) {
      throw node.invalid("wants its shape as a vector");
    }
    boolean keepZero = node.flag("allowzero", false);
    List<Dim> dims = new ArrayList<>();
    int open = -1;
    for (int i = 0; i < wanted.size(); i++) {
      Dim dim = wanted.get(i);
      if (dim.is(0) && !keepZero) {
        if (i >= from.rank()) {
          throw node.invalid("keeps the extent of axis " + i + ", beyond rank " + from.rank());
        }
        dim = from.dim(i);
      } else if (dim.is(-1)) {
        if (open >= 0) {
          throw node.invalid("has more than one -1 in its shape " + wanted);
        }
        open = i;
      } else if (dim.max() < 0) {
        throw node.invalid("has a negative extent in its shape " + wanted);
      }
      dims.add(dim);
    }
    if (open >= 0) {
      dims.remove(open);
      dims.add(open, left(node, from, dims, wanted));
    }
    return Shape.of(dims);
  }

  private static Dim left(OnnxNode node, Shape from, List<Dim> others, List<Dim> wanted) {
    Dim left = DimMath.quotient(from.dims(), others);
    if (left == null && from.isStatic() && others.stream().allMatch(Dim::isConstant)) {
      throw node.invalid("cannot give " + from + " the shape " + wanted);
    }
    if (left == null) {
      throw node.unsupported(
          "what -1 stands for when "
              + from
              + " is given the shape "
              + wanted
              + " is no multiple of one symbol; fix dimensions to numbers");
    }
    return left;
  }

  private static void flatten(OnnxNode node) {
    Value x = node.value(0);
    int rank = x.shape().rank();
    long given = node.integer("axis", 1);
    int axis = given == rank ? rank : node.axis(given, rank);
    List<Dim> dims = x.shape().dims();
    Dim rows = DimMath.product(dims.subList(0, axis));
    Dim columns = DimMath.product(dims.subList(axis, rank));
    if (rows == null || columns == null) {
      throw node.unsupported(
          "flattening " + x.shape() + " at axis " + axis + " multiplies symbols; fix one of them");
    }
    node.result(x.reshape(Shape.of(rows, columns)));
  }

  // Squeeze and Unsqueeze: axes were attributes and became inputs with version 13.

  private static void squeeze(OnnxNode node) {
    Value x = node.value(0);
    node.result(x.reshape(squeezed(node, x.shape())));
  }

  static Shape squeezed(OnnxNode node, Shape shape) {
    int @Nullable [] axes = node.axes(13, 1, shape.rank());
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      int axis = i;
      boolean chosen =
          axes == null ? shape.dim(i).is(1) : Arrays.stream(axes).anyMatch(a -> a == axis);
      if (chosen && !shape.dim(i).is(1)) {
        throw node.invalid("squeezes axis " + i + " of extent " + shape.dim(i));
      }
      if (!chosen) {
        dims.add(shape.dim(i));
      }
    }
    return Shape.of(dims);
  }

  private static void unsqueeze(OnnxNode node) {
    Value x = node.value(0);
    node.result(x.reshape(unsqueezed(node, x.shape())));
  }

  static Shape unsqueezed(OnnxNode node, Shape shape) {
    long[] given =
        node.version() < 13 ? node.integers("axes", new long[0]) : node.numbers(1, "axes");
    int rank = shape.rank() + given.length;
    boolean[] added = new boolean[rank];
    for (long axis : given) {
      int at = node.axis(axis, rank);
      if (added[at]) {
        throw node.invalid("names the axis " + axis + " twice");
      }
      added[at] = true;
    }
    List<Dim> dims = new ArrayList<>();
    int next = 0;
    for (boolean one : added) {
      dims.add(one ? Dim.of(1) : shape.dim(next++));
    }
    return Shape.of(dims);
  }

  private static void transpose(OnnxNode node) {
    Value x = node.value(0);
    int rank = x.shape().rank();
    long[] reversed = LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
    node.result(x.transpose(node.integers("perm", reversed)));
  }

  // Expand and Tile.

  private static void expand(OnnxNode node) {
    Value x = node.value(0);
    Shape wanted = Shape.of(node.integers(1, "shape"));
    int rank = Math.max(x.shape().rank(), wanted.rank());
    Dim[] dims = new Dim[rank];
    for (int i = 1; i <= rank; i++) {
      Dim mine = i <= x.shape().rank() ? x.shape().dim(-i) : Dim.of(1);
      Dim other = i <= wanted.rank() ? wanted.dim(-i) : Dim.of(1);
      dims[rank - i] = other.is(1) ? mine : other;
    }
    node.result(x.broadcast(Shape.of(dims)));
  }

  /** Every axis gets a new one before it, which is broadcast and then joined to it. */
  private static void tile(OnnxNode node) {
    Value x = node.value(0);
    List<Dim> repeats = node.integers(1, "repeats");
    Shape shape = x.shape();
    if (repeats.size() != shape.rank()) {
      throw node.invalid("has " + repeats.size() + " repeats for rank " + shape.rank());
    }
    List<Dim> apart = new ArrayList<>();
    List<Dim> spread = new ArrayList<>();
    List<Dim> joined = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      Dim product = DimMath.times(repeats.get(i), shape.dim(i));
      if (product == null) {
        throw node.unsupported(
            "repeating " + shape.dim(i) + " by " + repeats.get(i) + "; fix one of them");
      }
      apart.addAll(List.of(Dim.of(1), shape.dim(i)));
      spread.addAll(List.of(repeats.get(i), shape.dim(i)));
      joined.add(product);
    }
    node.result(x.reshape(Shape.of(apart)).broadcast(Shape.of(spread)).reshape(Shape.of(joined)));
  }

  // Blocks of space as channels: DCR puts the block first among the channels, CRD last.

  private static void depthToSpace(OnnxNode node) {
    Value x = node.value(0);
    long[] s = image(node, x);
    long b = block(node);
    if (s[1] % (b * b) != 0) {
      throw node.invalid("cannot take blocks of " + b + " x " + b + " out of " + s[1]);
    }
    long depth = s[1] / (b * b);
    boolean columnsFirst = node.text("mode", "DCR").equals("CRD");
    Dim n = x.shape().dim(0);
    Value apart =
        columnsFirst
            ? x.reshape(shape(n, depth, b, b, s[2], s[3])).transpose(0, 1, 4, 2, 5, 3)
            : x.reshape(shape(n, b, b, depth, s[2], s[3])).transpose(0, 3, 4, 1, 5, 2);
    node.result(apart.reshape(shape(n, depth, s[2] * b, s[3] * b)));
  }

  private static void spaceToDepth(OnnxNode node) {
    Value x = node.value(0);
    long[] s = image(node, x);
    long b = block(node);
    if (s[2] % b != 0 || s[3] % b != 0) {
      throw node.invalid("cannot cut " + x.shape() + " into blocks of " + b + " x " + b);
    }
    Dim n = x.shape().dim(0);
    Value apart = x.reshape(shape(n, s[1], s[2] / b, b, s[3] / b, b)).transpose(0, 3, 5, 1, 2, 4);
    node.result(apart.reshape(shape(n, s[1] * b * b, s[2] / b, s[3] / b)));
  }

  private static long block(OnnxNode node) {
    long block = node.integer("blocksize", 0);
    if (block < 1 || block > Integer.MAX_VALUE) {
      throw node.invalid("has the blocksize " + block);
    }
    return block;
  }

  /** {@return the extents of [N, C, H, W], that of N left 0} */
  private static long[] image(OnnxNode node, Value x) {
    if (x.shape().rank() != 4) {
      throw node.invalid("wants an input of rank 4");
    }
    long[] extents = new long[4];
    for (int i = 1; i < 4; i++) {
      if (!x.shape().dim(i).isConstant()) {
        throw node.unsupported("the extent " + x.shape().dim(i) + "; fix it to a number");
      }
      extents[i] = x.shape().dim(i).constant();
    }
    return extents;
  }

  private static Shape shape(Dim first, long... rest) {
    List<Dim> dims = new ArrayList<>(List.of(first));
    LongStream.of(rest).mapToObj(Dim::of).forEach(dims::add);
    return Shape.of(dims);
  }
}
