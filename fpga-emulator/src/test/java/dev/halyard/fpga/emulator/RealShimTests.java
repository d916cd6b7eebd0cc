package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.fpga.emulator.xclbin.EmulationXclbin;
import dev.halyard.fpga.xrt.XrtFolder;
import dev.halyard.fpga.xrt.xclbin.ArgumentQualifier;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.MemoryType;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** XRT itself, in a host program in C++, with a board of ours at its other end. */
class RealShimTests {
  private static final long COMPLETED = 4;
  private static final int RUNS = 1000;

  @TempDir static Path shared;
  private static HostProgram host;
  private static Path xclbin;
  private static Path xrt;

  private BoardFolder folder;
  private EmulatedBoard board;

  @BeforeAll
  static void prepare() throws Exception {
    Lanes.require("xrt");
    host = HostProgram.compile(shared);
    xclbin = shared.resolve("vadd.xclbin");
    xclbin().write(xclbin);
    xrt = XrtFolder.libraries(name -> Optional.ofNullable(System.getenv(name))).orElseThrow();
  }

  private static EmulationXclbin xclbin() {
    return EmulationXclbin.of("halyard:emulated:test:1.0")
        .bank(bank(TestDevice.LOW))
        .bank(bank(TestDevice.HIGH))
        .kernel(
            new XclbinKernel(
                "vadd",
                "ap_ctrl_hs",
                List.of(
                    buffer("a", 0, VectorAdd.A),
                    buffer("b", 1, VectorAdd.B),
                    buffer("c", 2, VectorAdd.C),
                    new KernelArgument(
                        "n", 3, ArgumentQualifier.SCALAR, "s_axi_control", 4, VectorAdd.N, "int")),
                List.of(new KernelInstance("vadd_1", ShimClient.UNIT))))
        .connect("vadd", "vadd_1", "c", TestDevice.HIGH.name())
        .kernelClock(300)
        .image(TestDevice.IMAGE.toBytes())
        .build();
  }

  private static MemoryBank bank(Bank bank) {
    return new MemoryBank(bank.name(), MemoryType.DDR4, true, bank.bytes() / 1024, bank.address());
  }

  private static KernelArgument buffer(String name, int index, int offset) {
    return new KernelArgument(
        name, index, ArgumentQualifier.GLOBAL, "m_axi_gmem", 8, offset, "int*");
  }

  @BeforeEach
  void start() {
    folder = BoardFolder.fresh();
    board = EmulatedBoard.start(folder, xrt, Map.of(), VectorAddDeviceMain.class);
  }

  @AfterEach
  void close() {
    board.close();
    assertFalse(Files.exists(folder.path()));
  }

  private Map<String, Long> run(int runs, String mode) throws IOException, InterruptedException {
    return host.end(host.start(folder, xclbin, runs, mode), board);
  }

  private void assertBoardEnds() throws Exception {
    board.process().onExit().get(20, TimeUnit.SECONDS);
  }

  @Test
  void aHostRunsAThousandTimesAndClosesCleanly() throws Exception {
    Map<String, Long> found = run(RUNS, "run");
    assertEquals(COMPLETED, found.get("state"));
    assertEquals(0, found.get("wrong_ints"));
    assertEquals(0, found.get("bad_runs"));
    assertEquals(1, found.get("closed"));
    assertBoardEnds();
    assertEquals("end the shim has closed the device", board.lines().getLast());
    assertEquals(List.of("vadd:vadd_1 model it has no RTL"), board.units());
    assertTrue(
        board.lines().stream().noneMatch(line -> line.startsWith("refused")),
        () -> "" + board.lines());
  }

  @Test
  void aReadErrorOfTheUnitIsInTheRegisterThatTheHostReads() throws Exception {
    board.inject(Fault.of(Fault.Kind.READ_SLVERR));
    Map<String, Long> found = run(0, "error");
    assertEquals(COMPLETED, found.get("state"));
    assertEquals(2, found.get("status"));
    assertTrue(found.get("wrong_ints") > 0, "nothing was added");
  }

  @Test
  void aHostThatOnlyAsksForTheStateSeesTheEnd() throws Exception {
    assertEquals(COMPLETED, run(60_000, "poll").get("state"));
  }

  @Test
  void aStuckUnitDoesNotComplete() throws Exception {
    board.inject(Fault.of(Fault.Kind.STUCK_UNIT));
    assertNotEquals(COMPLETED, run(500, "poll").get("state"));
    assertBoardEnds();
    String end = board.lines().getLast();
    assertTrue(end.startsWith("end " + DeviceServer.GONE), end);
  }

  @Test
  void aLateReplyDelaysTheHostAndSpoilsNothing() throws Exception {
    board.inject(Fault.of(Fault.Kind.LATE_REPLY).at(Api.COPY_FROM_DEVICE).lateBy(700));
    Map<String, Long> found = run(3, "run");
    assertTrue(found.get("megabyte_from_device_micros") >= 700_000, () -> "" + found);
    assertEquals(0, found.get("wrong_ints"));
    assertEquals(0, found.get("bad_runs"));
  }

  @Test
  void aHostThatIsKilledTakesTheBoardWithIt() throws Exception {
    board.inject(Fault.of(Fault.Kind.STUCK_UNIT));
    Process program = host.start(folder, xclbin, 0, "run");
    assertTrue(board.awaitFaults(1, Duration.ofSeconds(60)), () -> "" + board.lines());
    program.destroyForcibly();
    assertBoardEnds();
  }
}
