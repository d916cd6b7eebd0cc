package dev.halyard.bench;

import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Objective;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.bench.side.TinyMlp;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One run of the 16-64-32-32-5 network, by {@code execute} and by {@code submit} and {@code await}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@NullUnmarked
public class MlpBenchmark {
  private Halyard halyard;
  private Kernel kernel;
  private TensorArena arena;
  private Tensor y;
  private Invocation invocation;

  /** For JMH. */
  public MlpBenchmark() {}

  /** Compiles and binds. */
  @Setup
  public void prepare() {
    halyard = Halyard.open(Halyard.Config.fromEnvironment());
    kernel = halyard.best(Objective.LATENCY).compile(TinyMlp.graph());
    arena = kernel.openArena();
    y = kernel.allocateOutput(arena, "y");
    invocation =
        kernel.bind().input("x", kernel.allocateInput(arena, "x")).output("y", y).prepare();
  }

  /** Closes everything. */
  @TearDown
  public void close() {
    invocation.close();
    kernel.close();
    arena.close();
    halyard.close();
  }

  /** {@return the output, once run} */
  @Benchmark
  public Tensor execute() {
    invocation.execute();
    return y;
  }

  /**
   * {@return the output, once run}
   *
   * @throws InterruptedException if interrupted
   */
  @Benchmark
  public Tensor submitAndAwait() throws InterruptedException {
    invocation.submit().await();
    return y;
  }
}
