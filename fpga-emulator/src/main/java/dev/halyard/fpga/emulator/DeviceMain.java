package dev.halyard.fpga.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.fpga.xrt.dense.DenseDesign;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** Starts the device process: its argument is the board's folder. */
final class DeviceMain {
  /** Holds faults that wait from the start on, with semicolons between. */
  static final String FAULTS = "HALYARD_FPGA_FAULTS";

  private DeviceMain() {}

  static void main(String[] arguments) throws IOException {
    run(Path.of(arguments[0]), Map.of(DenseDesign.TOP, ModelUnit::new));
  }

  /** Runs the process with the designs of its folder, and with some models by name. */
  static void run(Path path, Map<String, Supplier<Unit>> models) throws IOException {
    BoardFolder folder = new BoardFolder(path);
    folder.hold();
    new DeviceProcess(
            folder,
            hash -> folder.design(hash).map(VerilatedUnit::open),
            models,
            new FileInputStream(FileDescriptor.in),
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8))
        .run(System.getenv(FAULTS));
    Runtime.getRuntime().halt(0);
  }
}
