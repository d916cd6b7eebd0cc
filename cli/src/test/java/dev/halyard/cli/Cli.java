package dev.halyard.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** Runs commands in this process and keeps what they print. */
final class Cli {
  private Cli() {}

  /**
   * What a command gave.
   *
   * @param code the exit code
   * @param out what it wrote to standard output
   * @param err what it wrote to standard error
   */
  record Result(int code, String out, String err) {
    Map<String, Object> object() {
      return JSON.std.mapFrom(out);
    }

    List<Object> list() {
      return JSON.std.listFrom(out);
    }
  }

  static Result run(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] args = new String[arguments.length];
    for (int i = 0; i < args.length; i++) {
      args[i] = arguments[i].toString();
    }
    int code = Main.execute(new PrintWriter(out), new PrintWriter(err), args);
    return new Result(code, out.toString(), err.toString());
  }

  /** {@return the folder that holds README.md} */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("README.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
