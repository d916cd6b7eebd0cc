package dev.halyard.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Builds native/launch.c by gcc where it has not been built yet. */
final class LaunchProgram {
  private LaunchProgram() {}

  /**
   * {@return how to start the program}
   *
   * @throws SideException if gcc or the OpenCL library is not there, with what either said
   */
  static List<String> command() throws SideException, InterruptedException {
    try {
      BundledProgram launch = BundledProgram.of("launch.c");
      Path program = launch.file("");
      Path source = Files.write(launch.file(".c"), launch.source());
      BundledProgram.make(program, aside -> compile(source, aside));
      return List.of(program.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compile(Path file, Path program)
      throws IOException, SideException, InterruptedException {
    Process gcc = start(file, program);
    String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (gcc.waitFor() != 0) {
      throw SideException.absent(
          "gcc could not build launch.c (as root, on Debian: apt-get install -y gcc libc6-dev"
              + " ocl-icd-libopencl1): "
              + said.strip());
    }
  }

  private static Process start(Path file, Path program) throws SideException {
    try {
      return new ProcessBuilder(
              "gcc", "-O2", file.toString(), "-o", program.toString(), "-l:libOpenCL.so.1")
          .redirectErrorStream(true)
          .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
          .start();
    } catch (IOException e) {
      throw SideException.absent(
          "no gcc to build launch.c with (as root, on Debian: apt-get install -y gcc libc6-dev): "
              + e.getMessage());
    }
  }
}
