package dev.halyard.tck.run;

import java.io.File;
import java.io.IOException;
import java.util.List;

/** Shell scripts in the place of the kit's processes. */
final class Scripts {
  private Scripts() {}

  static Process start(String script, File output) throws IOException {
    return new ProcessBuilder("sh", "-c", script)
        .redirectErrorStream(true)
        .redirectOutput(output)
        .start();
  }

  /** {@return what the flags of a process set one of the kit's properties to} */
  static String value(List<String> flags, String name) {
    String prefix = "-Dhalyard.tck." + name + "=";
    return flags.stream()
        .filter(flag -> flag.startsWith(prefix))
        .findFirst()
        .orElseThrow()
        .substring(prefix.length());
  }
}
