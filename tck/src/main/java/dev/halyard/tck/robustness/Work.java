package dev.halyard.tck.robustness;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Subject;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * A graph that a device runs, with the result that each input has.
 *
 * @param graph from {@code x} to {@code y}, both F32
 * @param wanted the value of every element of y where every element of x is the argument
 * @param tolerance the greatest relative error
 */
record Work(Graph graph, DoubleUnaryOperator wanted, double tolerance) {
  private static final int SIDE = 48;

  /** {@return the first of some graphs that the device claims, those with scratch first} */
  static Work of(Subject subject) {
    List<Work> all =
        List.of(
            layers(),
            chain(),
            steps("neg", x -> x.neg(), x -> -x),
            steps("relu", x -> x.relu(), x -> Math.max(x, 0)),
            steps("abs", x -> x.abs(), Math::abs),
            steps("gelu", x -> x.gelu(Gelu.ERF), Work::gelu));
    for (Work work : all) {
      if (isClaimed(subject, work.graph)) {
        return work;
      }
    }
    throw new NotClaimed(
        "the device claims none of the small graphs that this is tried with: matmul and sum,"
            + " elementwise, neg, relu, abs, gelu");
  }

  private static boolean isClaimed(Subject subject, Graph graph) {
    try {
      subject.compile(graph).close();
      return true;
    } catch (NotClaimed e) {
      return false;
    }
  }

  /** Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
  private static double gelu(double x) {
    double z = Math.abs(x) / Math.sqrt(2);
    double t = 1 / (1 + 0.3275911 * z);
    double poly =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    double erf = 1 - poly * Math.exp(-z * z);
    return x / 2 * (1 + Math.copySign(erf, x));
  }

  /** Two products with a sum between, so that values cross the scratch. */
  private static Work layers() {
    Graph graph =
        Graph.of(
            "layers",
            g -> {
              Value x = g.input("x", DType.F32, SIDE, SIDE);
              Value y = x.matmul(x).reduceSum(true, 1).add(x).matmul(x);
              g.output("y", y.mul(0.001));
            });
    return new Work(
        graph,
        v -> {
          double row = (double) SIDE * SIDE * v * v + v;
          return SIDE * row * v * 0.001;
        },
        1e-4);
  }

  private static Work chain() {
    return steps("chain", x -> x.mul(2).add(1), x -> 2 * x + 1);
  }

  private static Work steps(String name, UnaryOperator<Value> step, DoubleUnaryOperator wanted) {
    return new Work(
        Graph.of(name, g -> g.output("y", step.apply(g.input("x", DType.F32, SIDE, SIDE)))),
        wanted,
        1e-5);
  }

  /** Tensors of one invocation. */
  record Job(Work work, Tensor x, Tensor y, Invocation run) implements AutoCloseable {
    /** Fills the input with one value. */
    void set(double value) {
      for (long i = 0; i < x.elements(); i++) {
        x.setDouble(i, value);
      }
    }

    /** Requires that the output is that of an input. */
    void require(double value, String when) {
      double wanted = work.wanted.applyAsDouble(value);
      for (long i = 0; i < y.elements(); i++) {
        double found = y.getDouble(i);
        if (!(Math.abs(found - wanted) <= work.tolerance * Math.abs(wanted) + 1e-6)) {
          throw new AssertionError(
              when + ": element " + i + " is " + found + ", should be about " + wanted);
        }
      }
    }

    @Override
    public void close() {
      run.close();
    }
  }

  /** {@return an invocation on new tensors} */
  Job job(Kernel kernel, TensorArena arena) {
    Tensor x = kernel.allocateInput(arena, "x");
    Tensor y = kernel.allocateOutput(arena, "y");
    return new Job(this, x, y, kernel.bind().input("x", x).output("y", y).prepare());
  }

  /** Runs once from the start, and requires the right result. */
  void requireWorks(Subject subject, String when) {
    try (Kernel kernel = subject.compile(graph);
        TensorArena arena = kernel.openArena();
        Job job = job(kernel, arena)) {
      job.set(0.02);
      job.run.execute();
      job.require(0.02, when);
    }
  }
}
