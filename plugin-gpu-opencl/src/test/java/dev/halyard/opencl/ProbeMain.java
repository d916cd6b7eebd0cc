package dev.halyard.opencl;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A process that probes, prints what it finds, and divides by zero as Java says. */
final class ProbeMain {
  private ProbeMain() {}

  /**
   * Probes.
   *
   * @param args {@code files}, to print the files that the probe leaves open
   * @throws IOException if they cannot be listed
   */
  public static void main(String[] args) throws IOException {
    String folder = System.getProperty("java.io.tmpdir");
    // Twice: to list files, the JDK loads what stays open.
    openFiles();
    Set<String> before = openFiles();
    new OpenClPlugin().probe(new Context(), new Printing());
    if (args.length > 0) {
      Set<String> after = openFiles();
      after.removeAll(before);
      after.forEach(file -> System.out.println("open " + file));
    }
    if (!folder.equals(System.getProperty("java.io.tmpdir"))) {
      System.out.println("java.io.tmpdir is changed");
    }
    int zero = Integer.parseInt("0");
    try {
      System.out.println("1/0 is " + 1 / zero);
    } catch (ArithmeticException e) {
      System.out.println("1/0 throws");
    }
  }

  private static Set<String> openFiles() throws IOException {
    Set<String> files = new HashSet<>();
    String[] numbers = new File("/proc/self/fd").list();
    for (String number : numbers == null ? new String[0] : numbers) {
      Path link = Path.of("/proc/self/fd", number);
      if (Files.exists(link)) {
        String target = Files.readSymbolicLink(link).toString();
        if (!target.endsWith(".jar")) {
          files.add(target);
        }
      }
    }
    return files;
  }

  private record Context() implements ProbeContext {
    @Override
    public Optional<String> environment(String variable) {
      return Optional.ofNullable(System.getenv(variable));
    }

    @Override
    public Map<String, String> configuration() {
      return Map.of();
    }
  }

  private record Printing() implements ProbeSink {
    @Override
    public void device(DeviceDescriptor device) {
      System.out.println("device " + device.properties().get("platform") + " " + device.emulated());
    }

    @Override
    public void nothing(String reason) {
      System.out.println("nothing " + reason);
    }
  }
}
