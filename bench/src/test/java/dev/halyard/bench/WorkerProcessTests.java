package dev.halyard.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.halyard.bench.side.BenchCase;
import dev.halyard.bench.side.FakeWorker;
import dev.halyard.bench.side.FakeWorker.Manner;
import dev.halyard.bench.side.SideKind;
import dev.halyard.bench.side.SideRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That no side disturbs another between its blocks, and none is left behind. */
class WorkerProcessTests {
  private static final SideRequest REQUEST =
      new SideRequest(SideKind.OPENBLAS, BenchCase.of("sgemm-1x2x1"), 1, "cpu:0", "");

  @TempDir Path folder;

  @BeforeEach
  void needsProc() {
    assumeTrue(
        Files.exists(Path.of("/proc/self/stat")), "no /proc: states of processes are hidden");
  }

  private static WorkerProcess start(Path folder) {
    List<String> command = new ArrayList<>(Workers.java(1, FakeWorker.class.getName()));
    command.add(Manner.GOOD.name());
    return WorkerProcess.start(command, Map.of(), folder);
  }

  /** {@return the letter that Linux has for the state of a process: T if it is stopped} */
  private static String state(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
    return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
  }

  private static boolean ends(long pid) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (ProcessHandle.of(pid).isPresent() && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    return ProcessHandle.of(pid).isEmpty();
  }

  @Test
  void aSideIsStoppedWhileItIsNotAskedAndGoesOnWhenItIs() throws Exception {
    try (WorkerProcess worker = start(folder)) {
      worker.prepare(REQUEST);
      assertEquals("T", state(worker.pid()));
      assertTrue(worker.run(0, 1) > 0);
      assertEquals("T", state(worker.pid()));
    }
  }

  @Test
  void aStoppedSideEndsWhenItIsClosed() throws Exception {
    WorkerProcess worker = start(folder);
    worker.prepare(REQUEST);
    worker.close();

    assertTrue(ends(worker.pid()));
  }

  @Test
  void aStoppedSideEndsWithTheProcessThatAskedIt() throws Exception {
    Process asking = new ProcessBuilder(Workers.java(1, Abandons.class.getName())).start();
    long pid = Long.parseLong(asking.inputReader(StandardCharsets.UTF_8).readLine().strip());
    assertTrue(ends(pid), "process " + pid + " was left behind");
  }

  /** Makes a side ready and ends as by SIGKILL. */
  static final class Abandons {
    private Abandons() {}

    static void main() throws Exception {
      WorkerProcess worker = start(Files.createTempDirectory("halyard-bench-test"));
      worker.prepare(REQUEST);
      IO.println(worker.pid());
      Runtime.getRuntime().halt(1);
    }
  }
}
