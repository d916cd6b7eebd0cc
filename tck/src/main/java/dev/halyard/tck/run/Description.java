package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import tools.jackson.jr.ob.JSON;

/**
 * What a run would be about, found out by a process of its own: the plugin's code never runs in the
 * kit's first process.
 *
 * @param environment what is tested, where and when
 * @param checks the ids of the checks of each area
 */
public record Description(Map<String, Object> environment, Map<Area, List<String>> checks) {
  /** The argument that makes the kit's worker describe and end. */
  public static final String ARGUMENT = "DESCRIBE";

  private static final long LIMIT_SECONDS = 120;
  private static final String ERROR = "error";

  /** Thrown where there is nothing to run: no such device, plugin or check. */
  public static final class NothingToRunException extends Exception {
    private static final long serialVersionUID = 1;

    NothingToRunException(String message) {
      super(message);
    }
  }

  /**
   * {@return the description of a device}
   *
   * @param settings which device, and which checks of it
   * @throws NothingToRunException if there is no such device, plugin or check; the message says
   *     what there is
   * @throws IOException if no process can be started
   * @throws InterruptedException if interrupted
   */
  public static Description of(Settings settings)
      throws NothingToRunException, IOException, InterruptedException {
    Path folder = Files.createTempDirectory("halyard-tck-describe");
    Path answer = folder.resolve("answer.json");
    Path output = folder.resolve("output.log");
    Process process =
        Jvm.start(
            settings.toFlags(),
            "dev.halyard.tck.Worker",
            output.toFile(),
            ARGUMENT,
            answer.toString());
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new NothingToRunException(
            "the plugin did not say what devices it has in " + LIMIT_SECONDS + " s");
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    if (!Files.exists(answer)) {
      throw new NothingToRunException(
          "the process that looked for the device died:\n" + Files.readString(output));
    }
    Map<String, Object> content = JSON.std.mapFrom(Files.readString(answer));
    Files.delete(answer);
    Files.delete(output);
    Files.delete(folder);
    return read(content);
  }

  @SuppressWarnings("unchecked") // written by write()
  private static Description read(Map<String, Object> content) throws NothingToRunException {
    if (content.containsKey(ERROR)) {
      throw new NothingToRunException(String.valueOf(content.get(ERROR)));
    }
    Map<Area, List<String>> checks = new LinkedHashMap<>();
    Map<String, Object> ids = (Map<String, Object>) Objects.requireNonNull(content.get("checks"));
    ids.forEach((area, list) -> checks.put(Area.valueOf(area), (List<String>) list));
    return new Description(
        (Map<String, Object>) Objects.requireNonNull(content.get("environment")), checks);
  }

  /**
   * Writes this where the parent process looks for it.
   *
   * @param file where
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    Map<String, Object> ids = new LinkedHashMap<>();
    checks.forEach((area, list) -> ids.put(area.name(), list));
    Files.writeString(file, JSON.std.asString(Map.of("environment", environment, "checks", ids)));
  }

  /**
   * Writes why there is nothing to describe.
   *
   * @param file where
   * @param message why
   * @throws IOException if it cannot be written
   */
  public static void writeError(Path file, String message) throws IOException {
    Files.writeString(file, JSON.std.asString(Map.of(ERROR, message)));
  }

  /** {@return how many checks an area has} */
  int count(Area area) {
    return checks.getOrDefault(area, List.of()).size();
  }
}
