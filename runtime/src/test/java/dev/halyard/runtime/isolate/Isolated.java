package dev.halyard.runtime.isolate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A runtime whose scripted device runs in a child, every call across the SPI checked. */
final class Isolated implements AutoCloseable {
  final Halyard halyard;
  private final Path shared;

  /**
   * Opens the runtime.
   *
   * @param folder for its cache and its shared memory
   * @param script names and values below {@code halyard.scripted.}
   */
  Isolated(Path folder, String... script) {
    this(folder, true, script);
  }

  /** {@return a runtime that checks nothing, as applications have it} */
  static Isolated unchecked(Path folder) {
    return new Isolated(folder, false);
  }

  private Isolated(Path folder, boolean checked, String... script) {
    shared = folder.resolve("shared");
    Halyard.Config config =
        Halyard.Config.fromEnvironment()
            .plugin(new ScriptedPlugin())
            .cacheFolder(folder.resolve("cache"))
            .property("halyard.check", Boolean.toString(checked))
            .property("halyard.drainMillis", "2000")
            .property("halyard.isolation.memoryFolder", shared.toString());
    for (int i = 0; i < script.length; i += 2) {
      config = config.property("halyard.scripted." + script[i], script[i + 1]);
    }
    try {
      Files.createDirectories(shared);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    halyard = Halyard.open(config);
  }

  Device device() {
    return halyard.device("scripted:0");
  }

  /** {@return y = x + 1 over 4 elements} */
  static Graph increment() {
    return Graph.of("increment", g -> g.output("y", g.input("x", DType.F32, 4).add(1)));
  }

  /** An increment bound to tensors of the kernel's arena. */
  static final class Run implements AutoCloseable {
    final Kernel kernel;
    final TensorArena arena;
    final Tensor x;
    final Tensor y;
    final Invocation invocation;

    Run(Device device) {
      kernel = device.compile(increment());
      arena = kernel.openArena();
      x = kernel.allocateInput(arena, "x");
      y = kernel.allocateOutput(arena, "y");
      invocation = kernel.bind().input("x", x).output("y", y).prepare();
    }

    @Override
    public void close() {
      invocation.close();
      arena.close();
      kernel.close();
    }

    /** A lost device may write the tensors until its driver is closed. */
    void closeAfterLoss(Runnable closeDriver) {
      invocation.close();
      kernel.close();
      closeDriver.run();
      arena.close();
    }
  }

  /** {@return the children that run now, and what they have started} */
  List<ProcessHandle> children() {
    return ProcessHandle.allProcesses().filter(this::isChild).toList();
  }

  /** By the variable that marks them; command lines may be too long to be told. */
  private boolean isChild(ProcessHandle process) {
    try {
      String environment =
          Files.readString(
              Path.of("/proc", Long.toString(process.pid()), "environ"),
              StandardCharsets.ISO_8859_1);
      return environment.contains(Descendants.MARK + "=" + shared + "/");
    } catch (IOException e) {
      return false;
    }
  }

  void assertNothingIsLeft() {
    assertTrue(within(Duration.ofSeconds(10), () -> children().isEmpty()), () -> "" + children());
    assertTrue(within(Duration.ofSeconds(10), () -> files().isEmpty()), () -> "" + files());
  }

  List<Path> files() {
    try (Stream<Path> files = Files.list(shared)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean within(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      Thread.onSpinWait();
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    halyard.close();
  }
}
