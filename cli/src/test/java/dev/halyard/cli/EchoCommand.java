package dev.halyard.cli;

import dev.halyard.cli.spi.CommandProvider;
import java.io.PrintWriter;
import java.util.List;

/** What a plugin's command looks like. */
public final class EchoCommand implements CommandProvider {
  @Override
  public String name() {
    return "echo";
  }

  @Override
  public String summary() {
    return "Says what it was told.";
  }

  @Override
  public int run(List<String> arguments, PrintWriter out, PrintWriter err) {
    if (arguments.contains("fail")) {
      throw new IllegalArgumentException("asked to fail");
    }
    out.println(arguments);
    return 3;
  }
}
