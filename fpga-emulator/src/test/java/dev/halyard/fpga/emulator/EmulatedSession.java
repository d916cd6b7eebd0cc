package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A runtime with the emulated board, in processes of its own, and the CPU. */
final class EmulatedSession implements AutoCloseable {
  static final String ID = "fpga-xrt:0";

  /** The variable that an isolated process and all that it starts inherit. */
  private static final String MARK = "HALYARD_ISOLATED=";

  final Halyard halyard;
  private final Path shared;

  /**
   * Opens a runtime.
   *
   * @param shared an empty folder for memory that processes share
   * @param properties names and values below {@code halyard.fpga-xrt.}
   */
  EmulatedSession(Path shared, String... properties) {
    this.shared = shared;
    Halyard.Config config =
        Halyard.Config.fromEnvironment()
            .cacheFolder(Path.of("target", "cache").toAbsolutePath())
            .property("halyard.drainMillis", "2000")
            .property("halyard.isolation.memoryFolder", shared.toString());
    for (int i = 0; i < properties.length; i += 2) {
      config = config.property("halyard.fpga-xrt." + properties[i], properties[i + 1]);
    }
    halyard = Halyard.open(config);
  }

  Device device() {
    return halyard.device(ID);
  }

  Kernel compile(Graph graph) {
    return device().compile(graph, CompileOptions.defaults().fallback(false));
  }

  Map<String, Tensor> runOnCpu(Graph graph, Map<String, Tensor> inputs) {
    try (Kernel kernel =
        halyard.device("cpu:0").compile(graph, CompileOptions.defaults().fallback(false))) {
      return kernel.run(inputs);
    }
  }

  /** {@return the isolated processes, and what they have started} */
  List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses().filter(process -> isOurs(process.pid())).toList();
  }

  /** {@return the process that hosts the plugin} */
  ProcessHandle child() {
    return only("dev.halyard.runtime.isolate.ChildMain");
  }

  /** {@return the process that takes the place of a card} */
  ProcessHandle board() {
    return only(DeviceMain.class.getName());
  }

  private ProcessHandle only(String main) {
    List<ProcessHandle> found =
        processes().stream().filter(process -> hasArgument(process.pid(), main)).toList();
    assertEquals(1, found.size(), main);
    return found.getFirst();
  }

  private static boolean hasArgument(long pid, String argument) {
    return Stream.of(read(pid, "cmdline").split("\0", -1)).anyMatch(argument::equals);
  }

  private boolean isOurs(long pid) {
    return read(pid, "environ").contains(MARK + shared + "/");
  }

  /** {@return a file of /proc; empty of a process that is gone, or another user's} */
  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", "" + pid, file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** {@return the folder of the board that is open} */
  Path boardFolder() {
    return Stream.of(read(child().pid(), "environ").split("\0", -1))
        .filter(variable -> variable.startsWith("USER="))
        .map(variable -> Path.of("/tmp", variable.substring("USER=".length())))
        .findFirst()
        .orElseThrow();
  }

  void assertNothingIsLeft() {
    assertTrue(within(Duration.ofSeconds(10), () -> processes().isEmpty()), "" + processes());
    assertTrue(within(Duration.ofSeconds(10), () -> files().isEmpty()), "" + files());
  }

  private List<Path> files() {
    try (Stream<Path> files = Files.list(shared)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean within(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
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
