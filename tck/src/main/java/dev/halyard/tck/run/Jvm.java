package dev.halyard.tck.run;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts JVMs like this one. */
public final class Jvm {
  private static final List<String> FLAGS =
      List.of(
          "--add-modules=jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+UseSerialGC",
          "-XX:-OmitStackTraceInFastThrow");

  private Jvm() {}

  /**
   * Starts a JVM with the class path, flags, properties and environment of this one.
   *
   * @param flags more flags, which win over this JVM's
   * @param main the main class
   * @param output receives standard output and error
   * @param args its arguments
   * @return the process; the caller ends it
   * @throws IOException if it cannot be started
   */
  public static Process start(List<String> flags, String main, File output, String... args)
      throws IOException {
    return start(flags, Map.of(), main, output, args);
  }

  /**
   * Starts a JVM with the class path, flags, properties and environment of this one.
   *
   * @param flags more flags, which win over this JVM's
   * @param environment more variables, which win over this JVM's
   * @param main the main class
   * @param output receives standard output and error
   * @param args its arguments
   * @return the process; the caller ends it
   * @throws IOException if it cannot be started
   */
  public static Process start(
      List<String> flags, Map<String, String> environment, String main, File output, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(inherited());
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main);
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Agents and debuggers stay with the parent, and so does its choice of a collector. */
  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith("-javaagent"))
        .filter(flag -> !flag.startsWith("-agentlib"))
        .filter(flag -> !flag.matches("-XX:\\+Use\\w+GC"))
        .filter(flag -> !flag.startsWith("-Dhalyard.tck."))
        .toList();
  }
}
