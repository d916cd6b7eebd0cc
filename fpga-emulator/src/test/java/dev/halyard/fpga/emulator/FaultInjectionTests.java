package dev.halyard.fpga.emulator;

import static dev.halyard.fpga.emulator.ShimClient.UNIT;
import static dev.halyard.fpga.emulator.ShimClient.ints;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.fpga.emulator.proto.CloseCall;
import dev.halyard.fpga.emulator.proto.CopyFromDeviceReply;
import dev.halyard.fpga.emulator.proto.ReadCall;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultInjectionTests {
  private static final int SLVERR = 2;
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final byte[] READ_STATUS =
      ReadCall.newBuilder().setAddr(UNIT).setSize(4).build().toByteArray();

  @TempDir Path folder;
  private TestDevice device;

  @BeforeEach
  void load() throws IOException {
    device = TestDevice.loaded(folder);
    device.copyTo(0x1000, ints(1, 2, 3, 4));
  }

  @AfterEach
  void close() throws IOException {
    device.close();
  }

  /** Runs the unit; {@return its status register} */
  private int run() throws IOException {
    device.startVectorAdd(0x1000, 0x1000, 0x2000, 4);
    assertEquals(6, device.awaitEndOfRun());
    return device.readRegister(UNIT + VectorAdd.STATUS);
  }

  @Test
  void aDroppedReplyNeverComes() throws Exception {
    device.inject(Fault.of(Fault.Kind.DROP_REPLY));
    device.shim().send(Api.READ_REGISTERS, READ_STATUS);
    assertTrue(device.shim().reply(SHORT).isEmpty());
    assertEquals(4, device.readRegister(UNIT), "the next call is answered");
  }

  @Test
  void aLateReplyIsLate() throws Exception {
    device.inject(Fault.of(Fault.Kind.LATE_REPLY).lateBy(600));
    long start = System.nanoTime();
    assertEquals(4, device.readRegister(UNIT));
    assertTrue(System.nanoTime() - start >= 600_000_000);
    assertEquals(4, device.readRegister(UNIT));
  }

  @Test
  void anExitEndsTheStreamWithoutAReply() throws Exception {
    device.inject(Fault.of(Fault.Kind.EXIT));
    device.shim().send(Api.READ_REGISTERS, READ_STATUS);
    assertTrue(device.shim().isGone(LONG));
    assertEquals("a fault, at call 11", device.end());
  }

  @Test
  void aShortReadBreaksOffAndNothingComesAfterIt() throws Exception {
    byte[] whole = device.shim().call(Api.READ_REGISTERS, READ_STATUS);
    device.inject(Fault.of(Fault.Kind.SHORT_READ));
    device.shim().send(Api.READ_REGISTERS, READ_STATUS);
    assertEquals(whole.length / 2, device.shim().brokenOff(whole.length, SHORT));
    device.shim().send(Api.READ_REGISTERS, READ_STATUS);
    assertTrue(device.shim().reply(SHORT).isEmpty());
  }

  @Test
  void aStuckUnitStaysBusyAndTheDeviceServes() throws Exception {
    device.inject(Fault.of(Fault.Kind.STUCK_UNIT));
    device.startVectorAdd(0x1000, 0x1000, 0x2000, 4);
    for (int i = 0; i < 100; i++) {
      assertEquals(1, device.readRegister(UNIT));
    }
    assertEquals(ints(1), device.copyFrom(0x1000, 4).getDest());
    device.shim().call(Api.CLOSE, CloseCall.newBuilder().setCloseall(true).build().toByteArray());
    assertEquals("the shim has closed the device", device.end());
  }

  @Test
  void aStuckUnitRunsAfterTheNextLoad() throws Exception {
    device.inject(Fault.of(Fault.Kind.STUCK_UNIT));
    device.startVectorAdd(0x1000, 0x1000, 0x2000, 4);
    assertTrue(device.load(TestDevice.IMAGE.toBytes()));
    assertEquals(0, run());
  }

  @Test
  void aReadErrorReachesTheUnitOnce() throws Exception {
    device.inject(Fault.of(Fault.Kind.READ_SLVERR));
    assertEquals(SLVERR, run());
    assertEquals(0, run());
  }

  @Test
  void aWriteErrorReachesTheUnitOnce() throws Exception {
    device.inject(Fault.of(Fault.Kind.WRITE_SLVERR));
    assertEquals(SLVERR, run());
    assertEquals(ints(0), device.copyFrom(0x2000, 4).getDest());
    assertEquals(0, run());
  }

  @Test
  void aSilentMemoryLeavesTheUnitBusy() throws Exception {
    device.inject(Fault.of(Fault.Kind.SILENT));
    device.startVectorAdd(0x1000, 0x1000, 0x2000, 4);
    for (int i = 0; i < 100; i++) {
      assertEquals(1, device.readRegister(UNIT));
    }
  }

  @Test
  void anEccErrorStaysUntilItIsWrittenOver() throws Exception {
    device.inject(Fault.of(Fault.Kind.ECC_ERROR));
    assertEquals(SLVERR, run());
    CopyFromDeviceReply refused = device.copyFrom(0x1000, 16);
    assertEquals(0, refused.getSize());
    assertEquals(SLVERR, run(), "the error is still there");
    assertEquals(ints(3), device.copyFrom(0x1008, 4).getDest(), "other words are right");
    device.copyTo(0x1000, ints(1, 2, 3, 4));
    assertEquals(0, run());
    assertEquals(ints(2, 4, 6, 8), device.copyFrom(0x2000, 16).getDest());
  }

  @Test
  void aFaultLetsMomentsPassAndPicksItsCall() throws Exception {
    device.inject(Fault.of(Fault.Kind.SHORT_READ).at(Api.READ_REGISTERS).afterSkipping(2));
    assertEquals(16, device.copyFrom(0x1000, 16).getSize());
    assertEquals(4, device.readRegister(UNIT));
    assertEquals(4, device.readRegister(UNIT));
    device.shim().send(Api.READ_REGISTERS, READ_STATUS);
    assertTrue(device.shim().reply(SHORT).isEmpty());
  }

  @Test
  void everyFaultIsSaidWhenItIsArmedAndWhenItHappens() throws Exception {
    device.inject(Fault.of(Fault.Kind.READ_SLVERR));
    assertTrue(device.said().contains("armed read-slverr skip=0 millis=500"));
    assertEquals(-1, device.said().indexOf("fault read-slverr skip=0 millis=500"));
    run();
    assertNotEquals(-1, device.said().indexOf("fault read-slverr skip=0 millis=500"));
  }
}
