package dev.halyard.runtime.reference;

import static dev.halyard.DType.F32;
import static dev.halyard.DType.F64;
import static dev.halyard.DType.I16;
import static dev.halyard.DType.I64;
import static dev.halyard.DType.I8;
import static dev.halyard.DType.U8;
import static dev.halyard.runtime.reference.Evaluation.NONE;
import static dev.halyard.runtime.reference.Evaluation.all;
import static dev.halyard.runtime.reference.Evaluation.assertHolds;
import static dev.halyard.runtime.reference.Evaluation.counting;
import static dev.halyard.runtime.reference.Evaluation.literal;
import static dev.halyard.runtime.reference.Evaluation.one;
import static dev.halyard.runtime.reference.Evaluation.shape;
import static dev.halyard.runtime.reference.Evaluation.tensor;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.spi.Attributes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReductionTests {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  @Nested
  class AlongAxes {
    private Tensor reduce(String op, boolean keep, Tensor x, long... axes) {
      return one(op, NONE.with("axes", axes).with("keep_dims", keep), x);
    }

    @Test
    void sumsRunAlongTheAxesNamed() {
      Tensor x = counting(F32, 2, 3);
      assertHolds(reduce("reduce_sum/1", false, x, 0), shape(3), 5, 7, 9);
      assertHolds(reduce("reduce_sum/1", true, x, -1), shape(2, 1), 6, 15);
      assertHolds(reduce("reduce_sum/1", false, x, 1, 0), shape(), 21);
      assertHolds(reduce("reduce_sum/1", false, x), shape(2, 3), 1, 2, 3, 4, 5, 6);
    }

    @Test
    void integersWrap() {
      assertHolds(reduce("reduce_sum/1", false, literal(I8, 100, 100), 0), shape(), -56);
      assertHolds(reduce("reduce_prod/1", false, literal(U8, 20, 20), 0), shape(), 144);
    }

    @Test
    void nothingGivesTheNeutralElement() {
      Tensor x = counting(F32, 0, 2);
      assertHolds(reduce("reduce_sum/1", false, x, 0), shape(2), 0, 0);
      assertHolds(reduce("reduce_prod/1", false, x, 0), shape(2), 1, 1);
      assertHolds(reduce("reduce_max/1", false, x, 0), shape(2), -INF, -INF);
      assertHolds(reduce("reduce_min/1", false, x, 0), shape(2), INF, INF);
      assertHolds(reduce("reduce_max/1", false, counting(I8, 0), 0), shape(), -128);
      assertHolds(reduce("reduce_min/1", false, counting(U8, 0), 0), shape(), 255);
    }

    @Test
    void nanBeatsEveryNumber() {
      Tensor x = tensor(F32, shape(2, 2), 1, NAN, -0.0, 0.0);
      assertHolds(reduce("reduce_max/1", false, x, 1), shape(2), NAN, 0.0);
      assertHolds(reduce("reduce_min/1", false, x, 1), shape(2), NAN, -0.0);
    }
  }

  @Nested
  class Windows {
    private final Attributes plain =
        NONE.with("window", shape(2))
            .with("strides", shape(1))
            .with("dilations", shape(1))
            .with("pad_low", shape(0))
            .with("pad_high", shape(0));

    @Test
    void paddingCountsForNothing() {
      Tensor x = literal(F32, -1, -2, -3);
      Attributes padded = plain.with("pad_low", shape(1)).with("pad_high", shape(2));
      assertHolds(one("window_sum/1", padded, x), shape(5), -1, -3, -5, -3, 0);
      assertHolds(one("window_max/1", padded, x), shape(5), -1, -1, -2, -3, -INF);
      assertHolds(one("window_max/1", padded, literal(I16, -5)), shape(3), -5, -5, Short.MIN_VALUE);
    }

    @Test
    void stridesAndDilationsSkipElements() {
      Tensor x = literal(F32, 1, 2, 3, 4, 5, 6);
      Attributes sparse = plain.with("strides", shape(3)).with("dilations", shape(2));
      assertHolds(one("window_sum/1", sparse, x), shape(2), 4, 10);
    }

    @Test
    void everyAxisSlides() {
      Attributes plane =
          NONE.with("window", shape(2, 2))
              .with("strides", shape(1, 2))
              .with("dilations", shape(1, 1))
              .with("pad_low", shape(0, 0))
              .with("pad_high", shape(0, 1));
      Tensor x = tensor(F32, shape(2, 3), 1, 2, NAN, 4, 5, 6);
      assertHolds(one("window_max/1", plane, x), shape(1, 2), 5, NAN);
    }
  }

  @Nested
  class Orders {
    private Tensor argmax(boolean last, Tensor x, long axis) {
      return one(
          "argmax/1",
          NONE.with("axis", axis).with("keep_dims", false).with("select_last", last),
          x);
    }

    private List<Tensor> sort(boolean descending, Tensor x, long axis) {
      return all("sort/1", NONE.with("axis", axis).with("descending", descending), x);
    }

    @Test
    void argmaxTakesTheFirstOrTheLastOfEquals() {
      Tensor x = tensor(F32, shape(2, 3), 1, 3, 3, 0.0, -0.0, -1);
      assertHolds(argmax(false, x, 1), shape(2), 1, 0);
      assertHolds(argmax(true, x, -1), shape(2), 2, 1);
      assertHolds(argmax(false, x, 0), shape(3), 0, 0, 0);
    }

    @Test
    void argmaxTakesNanAsTheGreatest() {
      Tensor x = literal(F64, 1, NAN, INF, NAN);
      assertHolds(argmax(false, x, 0), shape(), 1);
      assertHolds(argmax(true, x, 0), shape(), 3);
    }

    @Test
    void argmaxOfNothingIsRefused() {
      Dim n = Dim.symbol("n", 0, 4);
      Graph graph =
          Graph.of("empty", g -> g.output("y", g.input("x", F32, Shape.of(n)).argmax(0, false)));
      Map<String, Tensor> nothing = Map.of("x", counting(F32, 0));
      assertThrows(IllegalArgumentException.class, () -> new Interpreter().run(graph, nothing));
    }

    @Test
    void sortingIsStableInBothDirections() {
      Tensor x = literal(F32, 2, -0.0, 1, 0.0, 2);
      List<Tensor> up = sort(false, x, 0);
      assertHolds(up.get(0), shape(5), -0.0, 0.0, 1, 2, 2);
      assertHolds(up.get(1), shape(5), 1, 3, 2, 0, 4);
      List<Tensor> down = sort(true, x, 0);
      assertHolds(down.get(0), shape(5), 2, 2, 1, -0.0, 0.0);
      assertHolds(down.get(1), shape(5), 0, 4, 2, 1, 3);
    }

    @Test
    void sortingPutsNanLastAndFirstWhenDescending() {
      Tensor x = literal(F32, NAN, 1, INF, NAN, -1);
      assertHolds(sort(false, x, 0).get(1), shape(5), 4, 1, 2, 0, 3);
      assertHolds(sort(true, x, 0).get(1), shape(5), 0, 3, 2, 1, 4);
    }

    @Test
    void sortingRunsAlongAnAxis() {
      Tensor x = tensor(I64, shape(2, 3), 3, 1, 2, 0, 5, -1);
      List<Tensor> sorted = sort(false, x, 0);
      assertHolds(sorted.get(0), shape(2, 3), 0, 1, -1, 3, 5, 2);
      assertHolds(sorted.get(1), shape(2, 3), 1, 0, 1, 0, 1, 0);
    }
  }
}
