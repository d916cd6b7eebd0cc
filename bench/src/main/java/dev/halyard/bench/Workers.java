package dev.halyard.bench;

import dev.halyard.bench.side.SideKind;
import dev.halyard.bench.side.Worker;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Starts the process of a side, with as many threads as the others have. */
class Workers {
  private static final List<String> FLAGS =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          // What ONNX Runtime 1.29 needs of it to start grows with the length of the command line.
          "-Xss8m");

  /** Set by the command line after the JVM has started, and so not among its arguments. */
  private static final String ISOLATE = "halyard.isolate";

  private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC");

  /**
   * {@return the process}
   *
   * @param side what it runs
   * @param threads how many threads it may use
   * @param folder for its log and its results
   * @throws SideException if what it runs cannot be made ready
   */
  WorkerProcess start(SideKind side, int threads, Path folder)
      throws SideException, InterruptedException {
    if (side == SideKind.C_XRT) {
      return BoardProgram.start(environment(threads), folder);
    }
    List<String> command =
        switch (side) {
          case C_OPENCL -> List.of(CProgram.launch().built().toString());
          case PYTORCH, TORCH_COMPILE -> TorchProgram.command();
          default -> java(threads, Worker.class.getName());
        };
    return WorkerProcess.start(command, environment(threads), folder);
  }

  static List<String> java(int threads, String main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(inherited());
    command.add("-Dhalyard.cpu.threads=" + threads);
    String isolated = System.getProperty(ISOLATE);
    if (isolated != null) {
      command.add("-D" + ISOLATE + "=" + isolated);
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    return command;
  }

  /** Agents and debuggers stay with the parent, and so does its choice of a collector. */
  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-javaagent"))
        .filter(flag -> !flag.startsWith("-agentlib"))
        .filter(flag -> !COLLECTOR.matcher(flag).matches())
        .toList();
  }

  /** What makes sides alike, whatever the user's environment says. */
  static Map<String, String> environment(int threads) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable :
        List.of(
            "OPENBLAS_NUM_THREADS",
            "OMP_NUM_THREADS",
            "POCL_MAX_PTHREAD_COUNT", // PoCL up to 3
            "POCL_CPU_MAX_CU_COUNT")) { // PoCL from 4 on
      environment.put(variable, Integer.toString(threads));
    }
    // A pool of compiling processes would keep the side from being stopped while others run.
    environment.put("TORCHINDUCTOR_COMPILE_THREADS", "1");
    // PoCL's handler of SIGFPE would replace the JVM's, and 1/0 would no longer throw.
    environment.put("POCL_SIGFPE_HANDLER", "0");
    if (hasAvx512()) {
      // OpenBLAS takes CPUs that it does not know for a Haswell, and computes with half vectors;
      // so do machines whose environment says so for the sake of equal results.
      environment.put("OPENBLAS_CORETYPE", "SkylakeX");
    }
    return environment;
  }

  private static boolean hasAvx512() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo")).contains(" avx512dq ");
    } catch (IOException e) {
      return false; // no Linux: OpenBLAS decides
    }
  }
}
