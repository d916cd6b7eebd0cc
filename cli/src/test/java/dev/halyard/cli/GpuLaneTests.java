package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

/** scripts/gpu-lane.sh from an archive, on PoCL in place of a GPU: a part of the kit, two cases. */
@Timeout(600)
class GpuLaneTests {
  @TempDir Path folder;

  private int lane(String... arguments) throws Exception {
    Path script = Cli.root().resolve("scripts/gpu-lane.sh");
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("lane.log").toFile())
            .start();
    return process.waitFor();
  }

  @Test
  void anArchiveLeavesAReportOfTheKitAndTheBenchmarks() throws Exception {
    assumeTrue(List.of(System.getProperty("halyard.lanes", "").split(",")).contains("pocl"));
    Path archive = folder.resolve("bench.tar.gz");
    Cli.Result packed = Cli.run("bundle", "--bench", "-o", archive);
    assertEquals(0, packed.code(), packed.err());

    int code =
        lane(
            archive.toString(),
            "--out",
            "report",
            "--profile",
            "quick",
            "--rule",
            "S-001,N-402",
            "--cases",
            "sgemm-64x96x80 launch-12",
            "--budget",
            "2");

    Path report = folder.resolve("report");
    String log = Files.readString(folder.resolve("lane.log"));
    assertTrue(code == 0 || code == 3, log);
    Map<String, Object> summary =
        JSON.std.mapFrom(Files.readString(report.resolve("tck/summary.json")));
    assertEquals("PASS", summary.get("verdict"), log);
    assertTrue(Files.size(report.resolve("tck.zip")) > 0, log);
    List<Object> rows = JSON.std.listFrom(Files.readString(report.resolve("bench.json")));
    assertTrue(
        rows.stream()
            .map(row -> (Map<?, ?>) row)
            .anyMatch(row -> "halyard-cpu".equals(row.get("peer")) && row.get("ratio") != null),
        rows.toString());
    assertTrue(
        rows.stream()
            .map(row -> (Map<?, ?>) row)
            .noneMatch(row -> "failed".equals(row.get("outcome"))),
        rows.toString());
    assertTrue(Files.readString(report.resolve("summary.txt")).contains("tck: exit 0"), log);
  }

  @Test
  void aReportIsNotOverwritten() throws Exception {
    Files.createDirectories(folder.resolve("report"));

    assertEquals(2, lane("any.tar.gz", "--out", "report"));
    assertTrue(Files.readString(folder.resolve("lane.log")).contains("report exists"));
  }
}
