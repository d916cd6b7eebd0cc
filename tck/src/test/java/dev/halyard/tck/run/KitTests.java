package dev.halyard.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.tck.check.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KitTests {
  @TempDir Path folder;

  @Test
  void aRunDeletesTheReportOfTheOneBeforeAndNothingElse() throws Exception {
    for (String name :
        List.of(
            "summary.json",
            "environment.json",
            "index.html",
            "results.jsonl",
            "TEST-halyard-tck.xml",
            "open-test-report.xml",
            "junit-platform-events-123.xml",
            "notes.txt")) {
      Files.writeString(folder.resolve(name), "old");
    }

    Kit.run(Settings.quick("cpu:0"), 1, Plan.of(Map.of()), folder, result -> {});

    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of("logs", "notes.txt", "plan.json"),
          left.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }
}
