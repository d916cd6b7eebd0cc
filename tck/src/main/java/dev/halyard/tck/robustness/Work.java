package dev.halyard.tck.robustness;

import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.contract.Sample;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a device is put to: a sample of what it claims. */
record Work(Sample sample) {
  /** How many inputs there are; no result of one is right for another. */
  static final int VARIANTS = Sample.VARIANTS;

  private static final byte UNWRITTEN = 0x5A;

  static Work of(Subject subject) {
    return new Work(Sample.of(subject.deviceId(), graph -> isClaimed(subject, graph)));
  }

  private static boolean isClaimed(Subject subject, Graph graph) {
    try {
      subject.compile(graph).close();
      return true;
    } catch (NotClaimed e) {
      return false;
    }
  }

  Graph graph() {
    return sample.graph();
  }

  /** Tensors of one invocation. */
  record Job(Sample sample, Map<String, Tensor> in, Map<String, Tensor> out, Invocation run)
      implements AutoCloseable {
    /** Gives the inputs of a variant. */
    void set(int variant) {
      in.forEach((name, tensor) -> tensor.copyFrom(input(name, variant).segment()));
    }

    private Tensor input(String name, int variant) {
      Tensor tensor = sample.inputs(variant).get(name);
      if (tensor == null) {
        throw new IllegalStateException("the sample has no input '" + name + "'");
      }
      return tensor;
    }

    /** Requires that the outputs are those of a variant. */
    void require(int variant, String when) {
      try {
        sample.check(variant, out);
      } catch (AssertionError e) {
        throw new AssertionError(when + ": " + e.getMessage(), e);
      }
    }

    /** Fills the outputs with a pattern. */
    void spoil() {
      out.values().forEach(tensor -> tensor.segment().fill(UNWRITTEN));
    }

    void requireSpoiled(String when) {
      for (Tensor tensor : out.values()) {
        for (long i = 0; i < tensor.byteSize(); i++) {
          if (tensor.segment().get(ValueLayout.JAVA_BYTE, i) != UNWRITTEN) {
            throw new AssertionError(when + " has written its output");
          }
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
    Map<String, Tensor> in = new LinkedHashMap<>();
    Map<String, Tensor> out = new LinkedHashMap<>();
    graph().inputs().forEach(x -> in.put(x.name(), kernel.allocateInput(arena, x.name())));
    graph().outputNames().forEach(name -> out.put(name, kernel.allocateOutput(arena, name)));
    return new Job(sample, in, out, bind(kernel, in, out).prepare());
  }

  static InvocationBuilder bind(Kernel kernel, Map<String, Tensor> in, Map<String, Tensor> out) {
    InvocationBuilder builder = kernel.bind();
    in.forEach(builder::input);
    out.forEach(builder::output);
    return builder;
  }

  /** Runs once from the start, and requires the right result. */
  void requireWorks(Subject subject, String when) {
    try (Kernel kernel = subject.compile(graph());
        TensorArena arena = kernel.openArena();
        Job job = job(kernel, arena)) {
      job.set(2);
      job.run.execute();
      job.require(2, when);
    }
  }
}
