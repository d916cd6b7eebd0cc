package dev.halyard.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs native/torch_side.py by the Python of the machine. */
final class TorchProgram {
  private static final String PYTHON = "python3";

  private TorchProgram() {}

  /**
   * {@return how to start the program}
   *
   * @throws SideException if there is no Python; the program itself says whether it has PyTorch
   */
  static List<String> command() throws SideException, InterruptedException {
    try {
      new ProcessBuilder(PYTHON, "--version")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw SideException.absent("no " + PYTHON + " to run PyTorch with: " + e.getMessage());
    }
    try {
      BundledProgram torch = BundledProgram.of("torch_side.py");
      Path file = torch.file(".py");
      BundledProgram.make(file, aside -> Files.write(aside, torch.source()));
      return List.of(PYTHON, file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
