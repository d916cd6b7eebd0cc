package dev.halyard.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.run.Kit;
import dev.halyard.tck.run.Plan;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, at the width of a phone. */
class PageTests {
  private static final Pattern SEEN = Pattern.compile("seen: (\\d+) of (\\d+), (.*?)<");

  /** Shows the page in a frame, and writes down what became of it. */
  private static final String PHONE =
      """
      <iframe id="page" width="390" height="800" src="index.html"></iframe><p id="seen"></p>
      <script>
      document.getElementById("page").onload = event => {
        const page = event.target.contentDocument;
        const titles = [...page.querySelectorAll("h2")].map(heading => heading.id);
        document.getElementById("seen").textContent =
          `seen: ${page.documentElement.scrollWidth} of ${page.documentElement.clientWidth}, `
          + `${page.body.dataset.ready} ${page.querySelectorAll("canvas").length} ${titles}`;
      };
      </script>
      """;

  @TempDir Path folder;

  @BeforeEach
  void needsABrowser() {
    assumeTrue(
        List.of(System.getProperty("halyard.lanes", "").split(",", -1)).contains("browser"),
        "the lane 'browser' does not run: ./halyard test says why");
  }

  private static Result result(String id, Verdict verdict, Map<String, Object> data) {
    return new Result(id, id.substring(0, 5), "", "", true, verdict, "", 1, 1, data);
  }

  /** What each section of the page needs. */
  private static List<Result> results() {
    List<Result> results = new ArrayList<>(ReportsTests.results());
    Map<String, Object> ratio = Map.of("estimate", 0.5, "low", 0.4, "high", 0.6, "limit", 0.9);
    List<Integer> nanos = List.of(1000, 1200, 1100, 90_000);
    results.add(
        result(
            "L-101 chain",
            Verdict.PASS,
            Map.of("ratio", ratio, "samples", Map.of("device", nanos, "baseline", nanos))));
    results.add(
        result(
            "L-104 tail",
            Verdict.INCONCLUSIVE,
            Map.of("samples", Map.of("device", nanos, "control", nanos))));
    results.add(
        result(
            "S-006 dtypes",
            Verdict.PASS,
            Map.of("claimed", List.of("add/1 F32"), "notClaimed", List.of("sub/1 F32"))));
    return results;
  }

  @Test
  void showsEverySectionOnAPhoneWithoutScrollingSideways() throws Exception {
    List<Result> results = results();
    Plan plan = Kit.record(folder, results);
    Reports.write(folder, Settings.quick("cpu:0"), Map.of("device", "cpu:0"), plan, results);
    Files.writeString(folder.resolve("phone.html"), PHONE);

    String shown = inBrowser("phone.html");

    Matcher seen = SEEN.matcher(shown);
    assertTrue(seen.find(), shown);
    assertEquals(seen.group(2), seen.group(1), "the page is wider than the screen");
    String content = seen.group(3);
    assertTrue(content.startsWith("yes 4 "), content); // a ratio plot, two latencies, one histogram
    for (String section :
        List.of(
            "failures",
            "inconclusive",
            "matrix",
            "ratios",
            "latencies",
            "errors",
            "not-claimed",
            "rules",
            "environment")) {
      assertTrue(content.contains(section), section + " is not among " + content);
    }
  }

  private String inBrowser(String page) throws Exception {
    File out = folder.resolve("dom.html").toFile();
    Process browser =
        new ProcessBuilder(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--allow-file-access-from-files",
                "--virtual-time-budget=10000",
                "--user-data-dir=" + folder.resolve("profile"),
                "--dump-dom",
                folder.resolve(page).toUri().toString())
            .redirectOutput(out)
            .redirectError(folder.resolve("browser.log").toFile())
            .start();
    try {
      assertTrue(browser.waitFor(120, TimeUnit.SECONDS), "the browser did not end");
    } finally {
      browser.descendants().forEach(ProcessHandle::destroyForcibly);
      browser.destroyForcibly().waitFor();
    }
    return Files.readString(out.toPath());
  }
}
