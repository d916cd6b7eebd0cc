package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shapes of results for programs, and what people see. */
class ResultsTests {
  @Test
  void devicesAreAnArrayOfDescriptions() {
    Cli.Result devices = Cli.run("devices", "--json");

    assertEquals(0, devices.code(), devices.err());
    Map<?, ?> cpu =
        devices.list().stream()
            .map(Map.class::cast)
            .filter(device -> "cpu:0".equals(device.get("id")))
            .findFirst()
            .orElseThrow();
    assertEquals(
        List.of(
            "id",
            "stableId",
            "kind",
            "vendor",
            "name",
            "driver",
            "emulated",
            "profiles",
            "properties",
            "reason"),
        List.copyOf(cpu.keySet()));
    assertEquals("cpu", cpu.get("kind"));
    assertEquals(false, cpu.get("emulated"));
    assertTrue(((List<?>) cpu.get("profiles")).contains("CORE"), devices.out());
    assertEquals("", cpu.get("reason"));
  }

  @Test
  void devicesForPeopleNameTheCpu() {
    Cli.Result devices = Cli.run("devices");

    assertTrue(devices.out().contains("cpu:0  "), devices.out());
    assertTrue(devices.out().contains("CORE"), devices.out());
  }

  @Test
  void doctorFindsNothingMissingHere() {
    Cli.Result doctor = Cli.run("doctor", "--json");

    assertEquals(0, doctor.code(), doctor.out());
    for (Object finding : doctor.list()) {
      assertEquals(Set.of("check", "state", "found", "advice"), ((Map<?, ?>) finding).keySet());
    }
    Cli.Result forPeople = Cli.run("doctor");
    assertEquals(0, forPeople.code());
    for (String check :
        List.of("java", "vector module", "native access", "cores", "memory", "cache", "cpu:0")) {
      assertTrue(forPeople.out().contains(" " + check + " "), check + " in " + forPeople.out());
    }
  }

  @Test
  void doctorReportsAFolderThatCannotBeWritten(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("file"));

    Finding finding = Checkup.cacheFolder(file.resolve("cache"));

    assertEquals(Finding.State.MISSING, finding.state());
    assertTrue(finding.advice().contains("HALYARD_CACHE"), finding.advice());
  }

  @Test
  void modelsTellWhereTheyComeFrom() {
    Cli.Result models = Cli.run("models", "--json");

    Map<?, ?> first = (Map<?, ?>) models.list().getFirst();
    assertEquals("all-minilm-l6-v2", first.get("name"));
    assertEquals("Apache-2.0", first.get("licence"));
    assertTrue(first.get("artefact").toString().startsWith("dev.langchain4j:"), models.out());
  }

  @Test
  void modelIsWrittenWithItsTokenizer(@TempDir Path folder) throws Exception {
    Cli.Result models = Cli.run("models", "all-minilm-l6-v2", "--to", folder.resolve("new"));

    assertEquals(0, models.code(), models.err());
    List<Path> files = models.out().lines().map(Path::of).toList();
    assertEquals(90_387_606, Files.size(files.getFirst()));
    assertTrue(Files.readString(files.getLast()).startsWith("{"));
  }
}
