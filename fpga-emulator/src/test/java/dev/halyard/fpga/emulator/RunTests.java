package dev.halyard.fpga.emulator;

import static dev.halyard.fpga.emulator.ShimClient.UNIT;
import static dev.halyard.fpga.emulator.ShimClient.ints;
import static dev.halyard.fpga.emulator.TestDevice.HIGH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTests {
  private static final long A = 0x1000;
  private static final long B = 0x2000;
  private static final long C = HIGH.address() + 0x3000;

  @TempDir Path folder;

  @Test
  void aRunComputesWhatTheUnitComputes() throws Exception {
    try (TestDevice device = TestDevice.loaded(folder)) {
      device.copyTo(A, ints(1, 2, 3));
      device.copyTo(B, ints(10, 20, 30));
      device.startVectorAdd(A, B, C, 3);
      assertEquals(6, device.awaitEndOfRun());
      assertEquals(ints(11, 22, 33, 0), device.copyFrom(C, 16).getDest());
    }
  }

  @Test
  void theEndIsSaidOnceAndThenItIsIdle() throws Exception {
    try (TestDevice device = TestDevice.loaded(folder)) {
      assertEquals(4, device.readRegister(UNIT));
      device.startVectorAdd(A, B, C, 1);
      assertEquals(6, device.awaitEndOfRun());
      assertEquals(4, device.readRegister(UNIT));
      assertEquals(4, device.readRegister(UNIT));
    }
  }

  @Test
  void aRunningUnitIsNeverIdle() throws Exception {
    AtomicBoolean mayEnd = new AtomicBoolean();
    try (TestDevice device = TestDevice.loaded(folder, () -> new VectorAdd(mayEnd::get))) {
      device.startVectorAdd(A, B, C, 1);
      for (int i = 0; i < 200; i++) {
        assertEquals(1, device.readRegister(UNIT));
      }
      mayEnd.set(true);
      assertEquals(6, device.awaitEndOfRun());
    }
  }

  @Test
  void registersCanBeReadDuringARun() throws Exception {
    AtomicBoolean mayEnd = new AtomicBoolean();
    try (TestDevice device = TestDevice.loaded(folder, () -> new VectorAdd(mayEnd::get))) {
      device.startVectorAdd(A, B, C, 5);
      assertEquals(5, device.readRegister(UNIT + VectorAdd.N));
      mayEnd.set(true);
      assertEquals(6, device.awaitEndOfRun());
    }
  }

  @Test
  void aStartOfARunningUnitIsRefused() throws Exception {
    AtomicBoolean mayEnd = new AtomicBoolean();
    AtomicInteger runs = new AtomicInteger();
    try (TestDevice device =
        TestDevice.loaded(
            folder, () -> new VectorAdd(() -> mayEnd.get() && runs.incrementAndGet() > 0))) {
      device.startVectorAdd(A, B, C, 1);
      device.writeRegisters(UNIT, 1);
      assertTrue(device.said().contains("refused vadd:vadd_1 is busy and cannot start"));
      mayEnd.set(true);
      assertEquals(6, device.awaitEndOfRun());
      assertEquals(4, device.readRegister(UNIT));
      assertEquals(1, runs.get());
    }
  }

  @Test
  void aUnitRunsAgainWithOnlyTheArgumentsThatChange() throws Exception {
    try (TestDevice device = TestDevice.loaded(folder)) {
      device.copyTo(A, ints(5, 6));
      for (int i = 1; i <= 100; i++) {
        device.copyTo(B, ints(i, -i));
        device.startVectorAdd(A, B, C + 8L * i, 2);
        assertEquals(6, device.awaitEndOfRun());
        assertEquals(ints(5 + i, 6 - i), device.copyFrom(C + 8L * i, 8).getDest());
      }
    }
  }

  @Test
  void anAddressOutsideTheMemoryIsTheUnitsError() throws Exception {
    try (TestDevice device = TestDevice.loaded(folder)) {
      device.startVectorAdd(A, B, HIGH.end(), 1);
      assertEquals(6, device.awaitEndOfRun());
      assertEquals(3, device.readRegister(UNIT + VectorAdd.STATUS), "DECERR");
    }
  }

  @Test
  void aDeviceThatEndsInARunLeavesNoThread() throws Exception {
    try (TestDevice device = TestDevice.loaded(folder, () -> new VectorAdd(() -> false))) {
      device.startVectorAdd(A, B, C, 1);
      device.shim().close();
      device.end();
    }
    assertEquals(
        0,
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("unit-vadd:"))
            .filter(Thread::isAlive)
            .count());
  }

  @Test
  void theFilesOfTheMemoryAreGoneAtOnce() throws Exception {
    try (TestDevice device = TestDevice.loaded(folder)) {
      device.copyTo(A, ByteString.copyFrom(new byte[1 << 16]));
      try (var files = Files.list(device.folder())) {
        assertEquals(2, files.count(), "the socket and the payload");
      }
    }
  }
}
