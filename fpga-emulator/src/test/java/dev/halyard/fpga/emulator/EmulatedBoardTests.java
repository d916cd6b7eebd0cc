package dev.halyard.fpga.emulator;

import static dev.halyard.fpga.emulator.ShimClient.ints;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DeviceLostException;
import dev.halyard.PluginException;
import dev.halyard.fpga.emulator.proto.CloseCall;
import dev.halyard.fpga.emulator.proto.CloseReply;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device process of its own, driven by a shim in the test's process. */
class EmulatedBoardTests {
  private static final Duration GONE = Duration.ofSeconds(20);

  @TempDir Path xrt;

  private EmulatedBoard start(BoardFolder folder) {
    return EmulatedBoard.start(folder, xrt, Map.of(), VectorAddDeviceMain.class);
  }

  private static ShimClient connect(BoardFolder folder) throws IOException {
    return new ShimClient(folder.path(), FakeShim.listen(folder.socket()).accept());
  }

  private static void assertEnds(ProcessHandle process)
      throws InterruptedException, ExecutionException, TimeoutException {
    process.onExit().get(GONE.toMillis(), TimeUnit.MILLISECONDS);
    assertFalse(process.isAlive());
  }

  /** Nobody has to close a board whose process did not end well. */
  private static void assertGone(BoardFolder folder) throws InterruptedException {
    long until = System.nanoTime() + GONE.toNanos();
    while (Files.exists(folder.path()) && System.nanoTime() < until) {
      Thread.sleep(10);
    }
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void aBoardRunsAUnitAndSaysWhichKindItIs() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    try (EmulatedBoard board = start(folder);
        ShimClient client = connect(folder)) {
      assertTrue(client.load(TestDevice.IMAGE.toBytes()), () -> "" + board.lines());
      client.copyTo(0x1000, ints(40, 50));
      client.startVectorAdd(0x1000, 0x1000, 0x2000, 2);
      assertEquals(6, client.awaitEndOfRun());
      assertEquals(ints(80, 100), client.copyFrom(0x2000, 8).getDest());
      assertEquals(List.of("vadd:vadd_1 model it has no RTL"), board.units());
    }
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void aBoardWhoseDeviceTheShimClosesEndsByItself() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    try (EmulatedBoard board = start(folder);
        ShimClient client = connect(folder)) {
      CloseCall all = CloseCall.newBuilder().setCloseall(true).build();
      assertTrue(client.shim().call(Api.CLOSE, all, CloseReply.parser()).getValid());
      assertEnds(board.process());
      assertEquals("end the shim has closed the device", board.lines().getLast());
    }
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void aBoardWhoseShimIsGoneEndsByItself() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    try (EmulatedBoard board = start(folder)) {
      connect(folder).close();
      assertEnds(board.process());
    }
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void aKilledBoardIsNoticedByTheShimAndLeavesNothing() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    try (EmulatedBoard board = start(folder);
        ShimClient client = connect(folder)) {
      assertTrue(board.process().destroyForcibly());
      assertTrue(client.shim().isGone(GONE));
      assertEnds(board.process());
      DeviceLostException e =
          assertThrows(
              DeviceLostException.class, () -> board.inject(Fault.of(Fault.Kind.STUCK_UNIT)));
      assertTrue(e.getMessage().startsWith("the emulated board takes no fault any more"));
      assertGone(folder);
    }
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void aBoardThatIsClosedInARunLeavesNothing() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    ProcessHandle process;
    try (EmulatedBoard board = start(folder);
        ShimClient client = connect(folder)) {
      process = board.process();
      assertTrue(client.load(TestDevice.IMAGE.toBytes()));
      board.inject(Fault.of(Fault.Kind.SILENT));
      client.startVectorAdd(0, 0, 0, 1);
      assertTrue(board.awaitFaults(1, GONE));
      assertEquals(1, client.readRegister(ShimClient.UNIT));
    }
    assertEnds(process);
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void anInjectedExitEndsTheProcess() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    try (EmulatedBoard board = start(folder);
        ShimClient client = connect(folder)) {
      board.inject(Fault.of(Fault.Kind.EXIT).at(Api.DEBUG_MESSAGES));
      assertFalse(client.load(new byte[0]));
      client.shim().send(Api.DEBUG_MESSAGES, new byte[0]);
      assertTrue(client.shim().isGone(GONE));
      assertEnds(board.process());
      assertGone(folder);
    }
  }

  @Test
  void aKilledStarterTakesTheBoardAndItsFilesWithIt() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    Process starter = starter(folder);
    try (BufferedReader lines = starter.inputReader(UTF_8)) {
      String line = lines.readLine();
      ProcessHandle board = ProcessHandle.of(Long.parseLong(line.split(" ", -1)[0])).orElseThrow();
      assertTrue(line.contains("armed late-reply skip=1 millis=7"), line);
      starter.destroyForcibly();
      assertEnds(board);
      assertFalse(Files.exists(folder.path()));
    } finally {
      starter.destroyForcibly();
    }
  }

  @Test
  void aKilledStarterEndsTheBoardWhileItServes() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    Process starter = starter(folder);
    try (BufferedReader lines = starter.inputReader(UTF_8)) {
      ProcessHandle board =
          ProcessHandle.of(Long.parseLong(lines.readLine().split(" ", -1)[0])).orElseThrow();
      try (ShimClient client = connect(folder)) {
        assertTrue(client.load(TestDevice.IMAGE.toBytes()));
        starter.destroyForcibly();
        assertTrue(client.shim().isGone(GONE));
        assertEnds(board);
        assertFalse(Files.exists(folder.path()));
      }
    } finally {
      starter.destroyForcibly();
    }
  }

  private Process starter(BoardFolder folder) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StarterMain.class.getName(),
                folder.path().toString(),
                xrt.toString())
            .redirectErrorStream(true);
    builder.environment().put(DeviceMain.FAULTS, "late-reply skip=1 millis=7");
    return builder.start();
  }

  @Test
  void aProcessThatDoesNotStartIsSaidWithItsWords() {
    BoardFolder folder = BoardFolder.fresh();
    PluginException e =
        assertThrows(
            PluginException.class,
            () -> EmulatedBoard.start(folder, xrt, Map.of(), EmulatedBoardTests.class));
    assertTrue(e.getMessage().contains("does not start"), e.getMessage());
    assertTrue(e.getMessage().contains(EmulatedBoardTests.class.getName()), e.getMessage());
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void aFolderThatIsThereIsNotTakenAndStays() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    try (EmulatedBoard board = start(folder)) {
      PluginException e = assertThrows(PluginException.class, () -> start(folder));
      assertTrue(e.getMessage().contains("cannot be made"), e.getMessage());
      assertTrue(Files.isDirectory(folder.path()), "it is another board's");
      assertTrue(board.process().isAlive());
    }
  }

  @Test
  void theProcessHasASessionOfItsOwn() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    try (EmulatedBoard board = start(folder)) {
      String stat = Files.readString(Path.of("/proc", "" + board.process().pid(), "stat"));
      String afterName = stat.substring(stat.lastIndexOf(')') + 2);
      // state, parent, group, session (proc(5))
      assertEquals(board.process().pid(), Long.parseLong(afterName.split(" ", -1)[3]));
    }
  }

  @Test
  void theFolderIsForItsOwnerAloneAndNamedByTheEnvironment() throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    Map<String, String> environment = folder.environment();
    assertFalse(Files.exists(folder.path()), "to name it makes nothing");
    Path library = Files.createFile(xrt.resolve("libxrt_some.so.2"));
    try (EmulatedBoard board = start(folder)) {
      assertTrue(board.process().isAlive());
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())));
      assertEquals(folder, BoardFolder.in(environment::get).orElseThrow());
      assertEquals(
          folder.socket(),
          Path.of("/tmp", environment.get("USER"), environment.get("EMULATION_SOCKETID")));
      assertTrue(
          Files.readString(Path.of(environment.get("XRT_INI_PATH"))).contains("dont_run=true"));
      assertEquals(
          library.toRealPath(),
          Path.of(environment.get("XILINX_XRT"), "lib", "libxrt_some.so.2").toRealPath());
    }
  }

  @Test
  void whatKilledProcessesLeftIsDeletedAtTheNextStartAndNothingElse() throws Exception {
    BoardFolder left = BoardFolder.fresh();
    left.create(xrt, Map.of());
    BoardFolder young = BoardFolder.fresh();
    young.create(xrt, Map.of());
    Path other = Files.createDirectory(Path.of("/tmp/halyard-fpga-other"));
    FileTime old = FileTime.from(Instant.now().minusSeconds(90));
    try (EmulatedBoard first = start(BoardFolder.fresh())) {
      Files.setLastModifiedTime(first.folder(), old);
      Files.setLastModifiedTime(left.path(), old);
      Files.setLastModifiedTime(other, old);
      start(BoardFolder.fresh()).close();
      assertFalse(Files.exists(left.path()));
      assertTrue(Files.exists(first.folder()), "its process lives");
      assertTrue(Files.exists(young.path()), "its process may be starting");
      assertTrue(Files.exists(other), "no board's");
    } finally {
      young.delete();
      Files.delete(other);
    }
  }

  @Test
  void noOtherFolderIsTakenForABoards() {
    for (String path : List.of("/tmp/x", "/", "/home/halyard-fpga-0123456789abcdef", "tmp")) {
      assertThrows(IllegalArgumentException.class, () -> new BoardFolder(Path.of(path)));
      assertTrue(BoardFolder.in(Map.of("XRT_INI_PATH", path + "/xrt.ini")::get).isEmpty());
    }
    assertTrue(BoardFolder.in(Map.<String, String>of()::get).isEmpty());
  }
}
