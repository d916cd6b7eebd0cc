package dev.halyard.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTests {
  private static final String HASHED = "\\S+ SHA-256 [0-9a-f]{64}";

  @TempDir Path folder;

  @Test
  void tiesTheReportToABuildOfThePluginAndOfTheKit() throws Exception {
    try (Subject subject = Subject.open(Settings.quick("cpu:0"))) {
      Map<String, Object> environment = Environment.of(subject);

      for (String code : List.of("plugin code", "kit code")) {
        String text = ((List<?>) environment.get(code)).getFirst().toString();
        assertTrue(text.matches(HASHED), text);
      }
      assertTrue(
          environment
              .keySet()
              .containsAll(List.of("kit version", "JVM arguments", "maximum heap MiB", "tight")),
          environment::toString);
    }
  }

  @Test
  void hashesEachJarOfAPluginThatHasSeveral() throws Exception {
    Path classes = folder.resolve("classes.jar");
    Files.copy(
        Path.of(
            org.HdrHistogram.Histogram.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI()),
        classes);
    Path library = folder.resolve("library.jar");
    Files.writeString(library, "library");
    URL[] jars = {classes.toUri().toURL(), library.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(jars, null)) {
      List<String> code = Code.of(loader.loadClass("org.HdrHistogram.Histogram"));

      assertEquals(
          List.of(
              "classes.jar SHA-256 " + Hashes.of(classes),
              "library.jar SHA-256 " + Hashes.of(library)),
          code);
    }
  }

  @Test
  void thePropertiesOfTheHostAreNotPublished() {
    assertEquals(
        List.of("-Xmx1g", "-Dacme.token=(withheld)", "-Dhalyard.cpu.threads=2"),
        Environment.arguments(
            List.of(
                "-Xmx1g",
                "-Dacme.token=secret",
                "-Dhalyard.tck.device=cpu:0",
                "-Dhalyard.home=/home/me",
                "-Dhalyard.cpu.threads=2")));
  }
}
