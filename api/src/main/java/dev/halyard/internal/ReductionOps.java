package dev.halyard.internal;

import static dev.halyard.internal.Op.Kind.FLAG;
import static dev.halyard.internal.Op.Kind.INTEGER;
import static dev.halyard.internal.Op.Kind.INTEGERS;
import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.NUMERIC;
import static dev.halyard.internal.Vocabulary.one;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Many elements to one: along axes, along a sliding window, and the order of elements. */
final class ReductionOps {
  private ReductionOps() {}

  static void declareAll(Consumer<Op> ops) {
    ops.accept(reduce("reduce_sum/1", "the sum along axes; 0 of nothing"));
    ops.accept(reduce("reduce_prod/1", "the product along axes; 1 of nothing"));
    ops.accept(
        reduce(
            "reduce_max/1",
            "the greatest along axes; NaN if any is NaN; of nothing -Inf or the least integer"));
    ops.accept(
        reduce(
            "reduce_min/1",
            "the least along axes; NaN if any is NaN; of nothing +Inf or the greatest integer"));
    ops.accept(
        window(
            "window_sum/1",
            "the sum within a window sliding over every axis; padding adds nothing"));
    ops.accept(
        window(
            "window_max/1",
            "the greatest within a window sliding over every axis; padding counts for nothing; NaN"
                + " if any is NaN"));
    ops.accept(
        declare("argmax/1")
            .attribute("axis", INTEGER)
            .attribute("keep_dims", FLAG)
            .attribute("select_last", FLAG)
            .operands("x")
            .dtypes("numeric; gives I64")
            .rule(
                "the index of the greatest along an axis, the first or last of equals; a NaN is"
                    + " greater than every number; the axis is not empty")
            .primitive(
                call -> {
                  call.requireDtype(0, NUMERIC);
                  int axis = call.axis("axis", 0);
                  call.require(call.shape(0).dim(axis).max() > 0, "axis " + axis + " is empty");
                  return one(
                      DType.I64,
                      without(
                          call.shape(0), new int[] {axis}, call.attributes().flag("keep_dims")));
                }));
    ops.accept(
        declare("sort/1")
            .attribute("axis", INTEGER)
            .attribute("descending", FLAG)
            .operands("x")
            .dtypes("numeric; gives x's dtype and I64")
            .rule(
                "the elements in order along an axis, and the index that each had; stable; NaN is"
                    + " greater than every number; -0 equals +0")
            .primitive(
                call -> {
                  call.requireDtype(0, NUMERIC);
                  call.axis("axis", 0);
                  return List.of(call.operand(0), new ValueType(DType.I64, call.shape(0)));
                }));
  }

  private static Op reduce(String id, String rule) {
    return declare(id)
        .attribute("axes", INTEGERS)
        .attribute("keep_dims", FLAG)
        .operands("x")
        .dtypes("numeric")
        .rule(rule)
        .primitive(
            call -> {
              call.requireDtype(0, NUMERIC);
              return one(
                  call.dtype(0),
                  without(
                      call.shape(0), call.axes("axes", 0), call.attributes().flag("keep_dims")));
            });
  }

  private static Shape without(Shape shape, int[] axes, boolean keep) {
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      if (Arrays.binarySearch(axes, i) < 0) {
        dims.add(shape.dim(i));
      } else if (keep) {
        dims.add(Dim.of(1));
      }
    }
    return Shape.of(dims);
  }

  private static Op window(String id, String rule) {
    return declare(id)
        .attribute("window", INTEGERS)
        .attribute("strides", INTEGERS)
        .attribute("dilations", INTEGERS)
        .attribute("pad_low", INTEGERS)
        .attribute("pad_high", INTEGERS)
        .operands("x")
        .dtypes("numeric")
        .rule(rule)
        .primitive(
            call -> {
              call.requireDtype(0, NUMERIC);
              Shape x = call.shape(0);
              int rank = x.rank();
              long[] window = call.integers("window", rank, "axis");
              long[] strides = call.integers("strides", rank, "axis");
              long[] dilations = call.integers("dilations", rank, "axis");
              long[] low = call.integers("pad_low", rank, "axis");
              long[] high = call.integers("pad_high", rank, "axis");
              List<Dim> out = new ArrayList<>();
              for (int i = 0; i < rank; i++) {
                call.require(window[i] >= 1, "windows must be positive");
                out.add(
                    call.slide(
                        x.dim(i), Dim.of(window[i]), dilations[i], strides[i], low[i], high[i]));
              }
              return one(call.dtype(0), Shape.of(out));
            });
  }
}
