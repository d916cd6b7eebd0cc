package dev.halyard.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in C of the folder {@code native}, built by gcc where it has not been built yet.
 *
 * @param source the name of its source file
 * @param linking arguments for the linker
 * @param packages what has all it needs, on Debian
 */
record CProgram(String source, List<String> linking, String packages) {
  /** {@return the program that launches OpenCL kernels} */
  static CProgram launch() {
    return new CProgram(
        "launch.c", List.of("-l:libOpenCL.so.1"), "gcc libc6-dev ocl-icd-libopencl1");
  }

  /**
   * {@return the program that runs a layer on an FPGA board}
   *
   * @param libraries the folder that holds XRT's libraries
   */
  static CProgram denseHost(Path libraries) {
    return new CProgram(
        "dense_host.c",
        List.of("-L" + libraries, "-Wl,-rpath," + libraries, "-l:libxrt_coreutil.so.2"),
        "gcc libc6-dev libxrt1");
  }

  /**
   * {@return the program}
   *
   * @throws SideException if gcc or a library is not there, with what either said
   */
  Path built() throws SideException, InterruptedException {
    try {
      BundledProgram bundled = BundledProgram.of(source);
      Path program = bundled.file("");
      Path file = Files.write(bundled.file(".c"), bundled.source());
      BundledProgram.make(program, aside -> compile(file, aside));
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compile(Path file, Path program)
      throws IOException, SideException, InterruptedException {
    Process gcc = start(file, program);
    String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (gcc.waitFor() != 0) {
      throw SideException.absent("gcc could not build " + source + hint() + ": " + said.strip());
    }
  }

  private Process start(Path file, Path program) throws SideException {
    List<String> command =
        new ArrayList<>(List.of("gcc", "-O2", file.toString(), "-o", program.toString()));
    command.addAll(linking);
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
          .start();
    } catch (IOException e) {
      throw SideException.absent(
          "no gcc to build " + source + " with" + hint() + ": " + e.getMessage());
    }
  }

  private String hint() {
    return " (as root, on Debian: apt-get install -y " + packages + ")";
  }
}
