package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Profile;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.Comparison;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Outputs are written whole (N-101), nothing beside them (N-102), and inputs are kept (N-103). */
final class StructureChecks {
  private static final List<DType> DTYPES =
      List.of(DType.F32, DType.F16, DType.BF16, DType.I8, DType.I16);
  private static final byte[] POISONS = {0x5A, (byte) 0xA5};
  private static final byte GUARD = (byte) 0xC3;
  private static final long GUARD_BYTES = 64;
  private static final int RUNS = 3;
  private static final int[] LENGTHS = {1, 3, 7, 16, 17, 31, 65, 1023};

  private StructureChecks() {}

  static void addTo(List<Check> checks) {
    for (DType dtype : DTYPES) {
      String name = dtype.toString();
      checks.add(
          Check.of("N-101", "written whole", trial -> writtenWhole(trial, dtype)).about("", name));
      checks.add(
          Check.of("N-102", "beside tensors", trial -> tensorsGuarded(trial, dtype))
              .about("", name));
      checks.add(
          Check.of("N-102", "beside blocks", trial -> blocksGuarded(trial, dtype)).about("", name));
      checks.add(
          Check.of("N-103", "inputs kept", trial -> inputsKept(trial, dtype)).about("", name));
      checks.add(
          Check.of("N-103", "constants kept", trial -> constantsKept(trial, dtype))
              .about("", name));
    }
  }

  /** Networks, and elementwise chains, sums and products of awkward lengths. */
  private static List<TestCase> cases(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    List<TestCase> cases = new ArrayList<>(Networks.of(dtype, random));
    if (!dtype.isFloat()) {
      return cases;
    }
    for (int n : LENGTHS) {
      cases.add(chain(dtype, random, n));
      cases.add(
          DotCase.matmul(dtype, dtype, 1, 3, n, 5, false, (left, k) -> random.nextDouble(-1, 1))
              .test());
      cases.add(DotCase.sum(dtype, n, 9, true, (left, k) -> random.nextDouble(-1, 1)).test());
    }
    return cases;
  }

  private static TestCase chain(DType dtype, SplittableRandom random, int n) {
    Tensor x = TensorArena.ofAuto().allocate(dtype, n);
    for (int i = 0; i < n; i++) {
      x.setDouble(i, random.nextDouble(-1, 1));
    }
    Graph graph =
        Graph.of(
            "chain",
            g -> {
              Value in = g.input("x", dtype, n);
              g.output("y", in.mul(0.5).add(in).abs());
            });
    return new TestCase("chain of " + n, graph, Map.of("x", x), 3L * n);
  }

  /** Tensors of one run, in memory between guards. */
  private record Bound(Tensor y, MemorySegment guarded, List<MemorySegment> inputs) {}

  /** Runs a case on tensors at odd addresses, and hands over what it left. */
  private static void run(Subject subject, TestCase tested, byte poison, Consumer<Bound> look) {
    try (Kernel kernel = subject.compile(tested.graph());
        TensorArena arena = kernel.openArena()) {
      InvocationBuilder builder = kernel.bind();
      List<MemorySegment> guardedInputs = new ArrayList<>();
      Map<String, Tensor> inputs = new LinkedHashMap<>(tested.inputs());
      inputs.forEach(
          (port, tensor) -> {
            MemorySegment guarded = guarded(arena, tensor.byteSize(), tensor.dtype());
            guardedInputs.add(guarded);
            Tensor bound = within(arena, guarded, tensor.dtype(), tensor.shape());
            builder.input(port, bound.copyFrom(tensor.segment()));
          });
      Tensor plain = kernel.allocateOutput(arena, "y");
      MemorySegment guarded = guarded(arena, plain.byteSize(), plain.dtype());
      Tensor y = within(arena, guarded, plain.dtype(), plain.shape());
      y.segment().fill(poison);
      try (Invocation run = builder.output("y", y).prepare()) {
        run.execute();
      }
      look.accept(new Bound(y, guarded, guardedInputs));
    }
  }

  /** One element past a multiple of 64, so that no kernel may count on more than its dtype. */
  private static MemorySegment guarded(TensorArena arena, long bytes, DType dtype) {
    long size = bytes + 2 * GUARD_BYTES + dtype.bytes();
    return arena.allocate(size, GUARD_BYTES).fill(GUARD);
  }

  private static long offset(DType dtype) {
    return GUARD_BYTES + dtype.bytes();
  }

  private static Tensor within(
      TensorArena arena, MemorySegment guarded, DType dtype, long... shape) {
    long bytes = guarded.byteSize() - 2 * GUARD_BYTES - dtype.bytes();
    return Tensor.wrap(arena, guarded.asSlice(offset(dtype), bytes), dtype, shape);
  }

  private static void requireGuards(MemorySegment guarded, DType dtype, String what) {
    for (long i = 0; i < guarded.byteSize(); i++) {
      boolean inside = i >= offset(dtype) && i < guarded.byteSize() - GUARD_BYTES;
      if (!inside && guarded.get(ValueLayout.JAVA_BYTE, i) != GUARD) {
        throw new AssertionError(
            what + ": byte " + (i - offset(dtype)) + " beside the tensor was written");
      }
    }
  }

  private static void writtenWhole(Trial trial, DType dtype) {
    int claimed = 0;
    for (TestCase tested : cases(trial, dtype)) {
      claimed += claimed(() -> writtenWhole(trial.subject(), tested)) ? 1 : 0;
    }
    settle(trial, claimed);
  }

  private static void writtenWhole(Subject subject, TestCase tested) {
    List<byte[]> left = new ArrayList<>();
    for (byte poison : POISONS) {
      run(
          subject,
          tested,
          poison,
          bound -> left.add(bound.y().segment().toArray(ValueLayout.JAVA_BYTE)));
    }
    int size = tested.graph().output("y").dtype().bytes();
    for (int i = 0; i < left.get(0).length; i += size) {
      boolean unwritten = true;
      for (int j = i; j < i + size; j++) {
        unwritten &= left.get(0)[j] == POISONS[0] && left.get(1)[j] == POISONS[1];
      }
      if (unwritten) {
        throw new AssertionError(tested + ": element " + i / size + " of y is not written");
      }
    }
  }

  private static void tensorsGuarded(Trial trial, DType dtype) {
    int claimed = 0;
    for (TestCase tested : cases(trial, dtype)) {
      boolean ran =
          claimed(
              () ->
                  run(
                      trial.subject(),
                      tested,
                      POISONS[0],
                      bound -> {
                        requireGuards(bound.guarded(), dtype, tested + ", output");
                        bound
                            .inputs()
                            .forEach(input -> requireGuards(input, dtype, tested + ", input"));
                      }));
      claimed += ran ? 1 : 0;
    }
    settle(trial, claimed);
  }

  private static void blocksGuarded(Trial trial, DType dtype) {
    GuardedPlugin[] guarded = new GuardedPlugin[1];
    int claimed = 0;
    try (Subject subject =
        trial.subject().behind(plugin -> guarded[0] = new GuardedPlugin(plugin))) {
      for (TestCase tested : cases(trial, dtype)) {
        boolean ran =
            claimed(
                () -> {
                  try (Kernel kernel = subject.compile(tested.graph())) {
                    kernel.run(tested.inputs());
                  }
                });
        claimed += ran ? 1 : 0;
      }
    }
    trial.record("blocks", guarded[0].blocks());
    if (claimed > 0 && guarded[0].blocks() == 0) {
      throw new AssertionError("no block was guarded, which is a fault of the kit");
    }
    if (!guarded[0].breaches().isEmpty()) {
      throw new AssertionError(String.join("\n", guarded[0].breaches()));
    }
    settle(trial, claimed);
  }

  private static void inputsKept(Trial trial, DType dtype) {
    int claimed = 0;
    for (TestCase tested : cases(trial, dtype)) {
      claimed += claimed(() -> inputsKept(trial.subject(), tested)) ? 1 : 0;
    }
    settle(trial, claimed);
  }

  private static void inputsKept(Subject subject, TestCase tested) {
    run(
        subject,
        tested,
        POISONS[0],
        bound -> {
          int index = 0;
          for (Map.Entry<String, Tensor> input : tested.inputs().entrySet()) {
            Tensor before = input.getValue();
            MemorySegment after = bound.inputs().get(index++);
            long differs =
                before.segment().mismatch(after.asSlice(offset(before.dtype()), before.byteSize()));
            if (differs >= 0) {
              throw new AssertionError(
                  tested + ": byte " + differs + " of input " + input.getKey() + " was changed");
            }
          }
        });
  }

  private static void constantsKept(Trial trial, DType dtype) {
    int claimed = 0;
    for (TestCase tested : Networks.of(dtype, trial.random())) {
      claimed += claimed(() -> constantsKept(trial, tested)) ? 1 : 0;
    }
    settle(trial, claimed);
  }

  /** A device's own copies of constants are out of sight: what they lead to is not. */
  private static void constantsKept(Trial trial, TestCase tested) {
    boolean repeatable = trial.subject().declares(Profile.DETERMINISTIC);
    try (Kernel kernel = trial.subject().compile(tested.graph())) {
      Map<String, Tensor> first = kernel.run(tested.inputs());
      Comparison expected = Denormals.of(trial).comparison(tested.asCase());
      boolean right = repeatable || isRight(expected, first);
      for (int run = 2; run <= RUNS && right; run++) {
        Map<String, Tensor> again = kernel.run(tested.inputs());
        boolean same =
            DotCase.output(first).segment().mismatch(DotCase.output(again).segment()) < 0;
        if (repeatable ? !same : !isRight(expected, again)) {
          throw new AssertionError(tested + ": run " + run + " of one kernel gives another result");
        }
      }
    }
  }

  /** What is wrong from the first run on is other rules' matter. */
  private static boolean isRight(Comparison expected, Map<String, Tensor> outputs) {
    try {
      expected.check(outputs);
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  /**
   * {@return whether the device claims what a part of a check is about; what it claims must hold}
   */
  private static boolean claimed(Runnable part) {
    try {
      part.run();
      return true;
    } catch (NotClaimed e) {
      return false;
    }
  }

  private static void settle(Trial trial, int claimed) {
    trial.record("cases", claimed);
    if (claimed == 0) {
      throw new NotClaimed("the device claims none of the graphs looked at");
    }
  }
}
