package dev.halyard.internal;

import static dev.halyard.internal.Op.Kind.DTYPE;
import static dev.halyard.internal.Op.Kind.INTEGER;
import static dev.halyard.internal.Op.Kind.INTEGERS;
import static dev.halyard.internal.Op.Kind.SHAPE;
import static dev.halyard.internal.Op.Kind.TEXT;
import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.INDICES;
import static dev.halyard.internal.Vocabulary.NUMERIC;
import static dev.halyard.internal.Vocabulary.one;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Elements moved, repeated, chosen and counted; bits are never changed. */
final class DataOps {
  private DataOps() {}

  static void declareAll(Consumer<Op> ops) {
    ops.accept(
        declare("reshape/1")
            .attribute("shape", SHAPE)
            .operands("x")
            .dtypes("any")
            .rule("the same elements in row-major order under another shape of as many elements")
            .primitive(
                call -> {
                  Shape to = call.attributes().shape("shape");
                  call.require(
                      sameCount(call.shape(0), to),
                      "cannot show that "
                          + call.shape(0)
                          + " and "
                          + to
                          + " have equally many elements");
                  return one(call.dtype(0), to);
                }));
    ops.accept(
        declare("transpose/1")
            .attribute("permutation", INTEGERS)
            .operands("x")
            .dtypes("any")
            .rule("axis i of the result is axis permutation[i] of x")
            .primitive(
                call -> {
                  Shape x = call.shape(0);
                  long[] permutation = call.integers("permutation", x.rank(), "axis");
                  long[] sorted = permutation.clone();
                  Arrays.sort(sorted);
                  for (int i = 0; i < sorted.length; i++) {
                    call.require(
                        sorted[i] == i,
                        "permutation must name every axis from 0 to " + (x.rank() - 1) + " once");
                  }
                  return one(
                      call.dtype(0),
                      Shape.of(
                          Arrays.stream(permutation).mapToObj(axis -> x.dim((int) axis)).toList()));
                }));
    ops.accept(
        declare("broadcast/1")
            .attribute("shape", SHAPE)
            .operands("x")
            .dtypes("any")
            .rule(
                "x repeated to a shape: axes are aligned at the innermost; an extent of 1, or a"
                    + " missing one, is repeated")
            .primitive(
                call -> {
                  Shape x = call.shape(0);
                  Shape to = call.attributes().shape("shape");
                  call.require(
                      to.rank() >= x.rank(), "cannot broadcast to " + to + ", a lower rank");
                  for (int i = 1; i <= x.rank(); i++) {
                    call.require(
                        x.dim(-i).is(1) || x.dim(-i).equals(to.dim(-i)),
                        "cannot broadcast "
                            + x
                            + " to "
                            + to
                            + ": "
                            + x.dim(-i)
                            + " is neither 1 nor "
                            + to.dim(-i));
                  }
                  return one(call.dtype(0), to);
                }));
    ops.accept(
        declare("slice/1")
            .attribute("start", SHAPE)
            .attribute("size", SHAPE)
            .attribute("strides", INTEGERS)
            .operands("x")
            .dtypes("any")
            .rule(
                "out[i, ...] = x[start + i * stride, ...] per axis; strides may be negative, not 0")
            .primitive(
                call -> {
                  Shape x = call.shape(0);
                  Shape start = call.attributes().shape("start");
                  Shape size = call.attributes().shape("size");
                  long[] strides = call.integers("strides", x.rank(), "axis");
                  call.require(
                      start.rank() == x.rank() && size.rank() == x.rank(),
                      "start and size must have an entry per axis");
                  for (int i = 0; i < x.rank(); i++) {
                    call.require(strides[i] != 0, "strides must not be 0");
                    requireInside(call, x.dim(i), start.dim(i), size.dim(i), strides[i]);
                  }
                  return one(call.dtype(0), size);
                }));
    ops.accept(
        declare("concat/1")
            .attribute("axis", INTEGER)
            .operands("x", "more*")
            .dtypes("any, equal")
            .rule("the operands one after the other along an axis")
            .primitive(
                call -> {
                  int axis = call.axis("axis", 0);
                  Dim sum = Dim.of(0);
                  for (int i = 0; i < call.operands().size(); i++) {
                    call.requireSameDtype(0, i);
                    call.require(
                        call.shape(i).rank() == call.shape(0).rank()
                            && call.shape(i)
                                .with(axis, Dim.of(0))
                                .equals(call.shape(0).with(axis, Dim.of(0))),
                        "operands must agree in every extent but that of axis " + axis);
                    sum = sum.plus(call.shape(i).dim(axis));
                  }
                  return one(call.dtype(0), call.shape(0).with(axis, sum));
                }));
    ops.accept(
        declare("pad/1")
            .attribute("low", INTEGERS)
            .attribute("high", INTEGERS)
            .operands("x", "value")
            .dtypes("any, equal; value is a scalar")
            .rule("x with low elements of the value before and high after it, per axis")
            .primitive(
                call -> {
                  Shape x = call.shape(0);
                  call.requireSameDtype(0, 1);
                  call.require(call.shape(1).rank() == 0, "the value must be a scalar");
                  long[] low = call.integers("low", x.rank(), "axis");
                  long[] high = call.integers("high", x.rank(), "axis");
                  List<Dim> out = new ArrayList<>();
                  for (int i = 0; i < x.rank(); i++) {
                    call.require(
                        low[i] >= 0 && high[i] >= 0, "padding must not be negative; slice instead");
                    out.add(x.dim(i).plus(Math.addExact(low[i], high[i])));
                  }
                  return one(call.dtype(0), Shape.of(out));
                }));
    ops.accept(
        declare("gather/1")
            .attribute("axis", INTEGER)
            .operands("x", "indices")
            .dtypes("x any; indices I32 or I64")
            .rule(
                "out[a..., i..., b...] = x[a..., indices[i...], b...], as numpy.take; a negative"
                    + " index counts from the end; an index outside [-n, n) is clamped to the"
                    + " nearest valid one")
            .primitive(
                call -> {
                  call.requireDtype(1, INDICES);
                  int axis = call.axis("axis", 0);
                  call.require(
                      call.shape(0).dim(axis).max() > 0,
                      "axis " + axis + " is empty, there is nothing to gather");
                  List<Dim> out = new ArrayList<>(call.shape(0).dims());
                  out.remove(axis);
                  out.addAll(axis, call.shape(1).dims());
                  return one(call.dtype(0), Shape.of(out));
                }));
    ops.accept(
        declare("scatter/1")
            .attribute("axis", INTEGER)
            .attribute("reduction", TEXT)
            .operands("x", "indices", "updates")
            .dtypes("x, updates any, equal (add: numeric); indices I32 or I64")
            .rule(
                "a copy of x in which, for every position p of updates in row-major order, the"
                    + " element at p with its axis replaced by indices[p] is set to updates[p]"
                    + " (reduction 'none'; of several the last stands) or increased by it ('add');"
                    + " negative indices count from the end, an index outside [-n, n) writes"
                    + " nothing")
            .primitive(
                call -> {
                  call.requireDtype(1, INDICES);
                  call.requireSameDtype(0, 2);
                  call.requireSameShape(1, 2);
                  int axis = call.axis("axis", 0);
                  String reduction = call.attributes().text("reduction");
                  call.require(
                      reduction.equals("none") || reduction.equals("add"),
                      "reduction must be 'none' or 'add'");
                  if (reduction.equals("add")) {
                    call.requireDtype(0, NUMERIC);
                  }
                  call.require(
                      call.shape(1).rank() == call.shape(0).rank(),
                      "x, indices and updates must have the same rank");
                  for (int i = 0; i < call.shape(0).rank(); i++) {
                    Dim room = call.shape(0).dim(i);
                    Dim used = call.shape(1).dim(i);
                    call.require(
                        i == axis || room.equals(used) || used.max() <= room.min(),
                        "updates reach beyond x along axis " + i);
                  }
                  return List.of(call.operand(0));
                }));
    ops.accept(
        declare("iota/1")
            .attribute("dtype", DTYPE)
            .attribute("shape", SHAPE)
            .attribute("axis", INTEGER)
            .operands()
            .dtypes("numeric")
            .rule("out[i0, i1, ...] = i_axis, converted as by cast from I64")
            .primitive(
                call -> {
                  Shape shape = call.attributes().shape("shape");
                  DType dtype = call.attributes().dtype("dtype");
                  long axis = call.attributes().integer("axis");
                  call.require(NUMERIC.contains(dtype), "dtype must be numeric");
                  call.require(axis >= 0 && axis < shape.rank(), "axis must be one of " + shape);
                  return one(dtype, shape);
                }));
  }

  private static void requireInside(OpCall call, Dim extent, Dim start, Dim size, long stride) {
    call.require(size.max() >= 0 && start.max() >= 0, "start and size must not be negative");
    if (size.max() == 0) {
      return;
    }
    Dim last = start.plus(size.plus(-1).times(stride));
    Dim high = stride > 0 ? last : start;
    Dim low = stride > 0 ? start : last;
    // Symbolic bounds that may or may not hold are checked again with values when a kernel is
    // specialised.
    call.require(low.max() >= 0, "the slice begins before the axis of extent " + extent);
    call.require(
        extent.minus(high).max() >= 1,
        "the slice reaches " + high + ", the axis has extent " + extent);
  }

  /**
   * Products are compared as multisets of symbolic extents and a number, since a Dim has no
   * products.
   */
  private static boolean sameCount(Shape a, Shape b) {
    return factors(a).equals(factors(b));
  }

  private static Map<String, Long> factors(Shape shape) {
    Map<String, Long> factors = new TreeMap<>();
    long number = 1;
    for (Dim dim : shape.dims()) {
      if (dim.isConstant()) {
        number = Math.multiplyExact(number, dim.constant());
        continue;
      }
      long common = contentOf(dim);
      number = Math.multiplyExact(number, common);
      factors.merge((common == 1 ? dim : dim.floorDiv(common)).toString(), 1L, Long::sum);
    }
    factors.put("", number);
    return number == 0 ? Map.of("", 0L) : factors;
  }

  /** {@return the greatest number that divides every coefficient of an expression} */
  private static long contentOf(Dim dim) {
    long[] common = {0};
    long constant =
        dim.decompose(
            new Dim.Visitor() {
              @Override
              public void symbol(long factor, String name, long min, long max) {
                common[0] = gcd(common[0], factor);
              }

              @Override
              public void floorDiv(long factor, Dim of, long divisor) {
                common[0] = gcd(common[0], factor);
              }
            });
    return gcd(common[0], constant);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? Math.abs(a) : gcd(b, a % b);
  }
}
