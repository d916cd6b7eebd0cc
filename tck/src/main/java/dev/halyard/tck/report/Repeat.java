package dev.halyard.tck.report;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.run.Description;
import java.io.File;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The command that runs a check again. */
public final class Repeat {
  private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+=,-]+");

  private Repeat() {}

  /**
   * {@return the command that gives a result again}
   *
   * @param settings the run's
   * @param result one of its results
   */
  public static String command(Settings settings, Result result) {
    StringBuilder command = new StringBuilder(launcher());
    option(command, "--device", settings.device());
    option(command, "--plugin", settings.pluginFolder());
    option(command, "--plugin-class", settings.pluginClass());
    if (settings.isolate()) {
      command.append(" --isolate");
    }
    option(command, "--profile", settings.profile().name().toLowerCase(Locale.ROOT));
    if (settings.tight()) {
      command.append(" --tight");
    }
    addChoice(command, settings, result);
    option(command, "--seed", settings.seed());
    return command.toString();
  }

  /**
   * {@return what the kit was started by: its one jar, which is then the class path, or halyard}
   */
  private static String launcher() {
    String path = System.getProperty("java.class.path", "");
    boolean jar = path.endsWith(".jar") && !path.contains(File.pathSeparator);
    return jar ? "java -jar " + quoted(path) : "halyard tck";
  }

  /** A process that died outside its checks died of no check in particular. */
  private static void addChoice(StringBuilder command, Settings settings, Result result) {
    Area area = areaWhoseProcessDied(result);
    if (result.id().equals(Description.ID)) {
      command.append(" --list");
    } else if (area == null) {
      option(command, "--case", result.id());
    } else {
      option(command, "--only", area);
      option(command, "--rule", settings.rules().isEmpty() ? null : rules(settings));
    }
  }

  private static String rules(Settings settings) {
    return String.join(",", settings.rules());
  }

  private static @Nullable Area areaWhoseProcessDied(Result result) {
    for (Area area : Area.values()) {
      if (result.id().equals("R-001 " + area)) {
        return area;
      }
    }
    return null;
  }

  private static void option(StringBuilder command, String name, @Nullable Object value) {
    if (value != null) {
      command.append(' ').append(name).append(' ').append(quoted(value.toString()));
    }
  }

  private static String quoted(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
