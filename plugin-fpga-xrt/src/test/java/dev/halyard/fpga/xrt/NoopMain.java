package dev.halyard.fpga.xrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.binding.TestSymbols;
import dev.halyard.fpga.xrt.binding.XrtSymbols;
import dev.halyard.fpga.xrt.binding.xrt_h;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process that makes every call of the bindings that a board needs, and prints what each gave.
 */
final class NoopMain {
  private static final int BYTES = 8192;

  private NoopMain() {}

  /**
   * Makes the calls.
   *
   * @param args the xclbin
   */
  public static void main(String[] args) throws Throwable {
    XrtLibrary library =
        XrtLibrary.find(Optional.empty(), name -> Optional.ofNullable(System.getenv(name)))
            .orElseThrow();
    print("library", library.describe());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment errno = XrtSymbols.allocateErrno(arena);
      MemorySegment device = xrt_h.xrtDeviceOpen(errno, 0);
      int load =
          SignalHandlers.keep(
              () -> xrt_h.xrtDeviceLoadXclbinFile(errno, device, arena.allocateFrom(args[0])));
      print("load", load);
      MemorySegment uuid = arena.allocate(xrt_h.UUID_BYTES);
      print("get uuid", xrt_h.xrtDeviceGetXclbinUUID(errno, device, uuid));
      print("uuid", HexFormat.of().formatHex(uuid.toArray(JAVA_BYTE)));
      print("shim", isThere(xrt_h.xrtDeviceToXclDevice(device)));

      MemorySegment absent =
          xrt_h.xrtPLKernelOpen(errno, device, uuid, arena.allocateFrom("nosuch"));
      print("absent kernel", isThere(absent) + " errno " + XrtSymbols.errno(errno));
      MemorySegment kernel =
          xrt_h.xrtPLKernelOpen(errno, device, uuid, arena.allocateFrom(TestXclbin.KERNEL));
      print("kernel", isThere(kernel));
      print("group", xrt_h.xrtKernelArgGroupId(errno, kernel, 0));
      print("offset", xrt_h.xrtKernelArgOffset(errno, kernel, 3));

      MemorySegment buffer = xrt_h.xrtBOAlloc(errno, device, BYTES, xrt_h.XRT_BO_FLAGS_NONE, 0);
      print("size", xrt_h.xrtBOSize(buffer));
      print("address", Long.toHexString(xrt_h.xrtBOAddress(errno, buffer)));
      print(
          "no address",
          xrt_h.xrtBOAddress(errno, MemorySegment.NULL) == xrt_h.NO_ADDRESS
              ? "errno " + XrtSymbols.errno(errno)
              : "some");
      copies(errno, buffer, arena);
      MemorySegment part = xrt_h.xrtBOSubAlloc(errno, buffer, 4096, 4096);
      print("part", xrt_h.xrtBOSize(part));
      runs(errno, kernel, buffer);

      print("free part", xrt_h.xrtBOFree(errno, part));
      print("free", xrt_h.xrtBOFree(errno, buffer));
      print("close kernel", xrt_h.xrtKernelClose(errno, kernel));
      print("close", xrt_h.xrtDeviceClose(errno, device));
    }
    missingSymbol();
  }

  private static void copies(MemorySegment errno, MemorySegment buffer, Arena arena) {
    MemorySegment mapped = xrt_h.xrtBOMap(errno, buffer).reinterpret(BYTES);
    MemorySegment data = arena.allocateFrom(JAVA_INT, 1, 2, 3, 4);
    print("write", xrt_h.xrtBOWrite(errno, buffer, data, 16, 32));
    print("mapped", mapped.get(JAVA_INT, 44));
    mapped.set(JAVA_INT, 44, 7);
    MemorySegment back = arena.allocate(16);
    print("read", xrt_h.xrtBORead(errno, buffer, back, 16, 32));
    print("read value", back.get(JAVA_INT, 12));
    print("to", xrt_h.xrtBOSync(errno, buffer, xrt_h.XCL_BO_SYNC_BO_TO_DEVICE, BYTES, 0));
    print("from", xrt_h.xrtBOSync(errno, buffer, xrt_h.XCL_BO_SYNC_BO_FROM_DEVICE, BYTES, 0));
  }

  private static void runs(MemorySegment errno, MemorySegment kernel, MemorySegment buffer)
      throws Throwable {
    MethodHandle setBuffer = xrt_h.xrtRunSetArg(ADDRESS);
    MethodHandle setInt = xrt_h.xrtRunSetArg(JAVA_INT);
    MemorySegment run = xrt_h.xrtRunOpen(errno, kernel);
    for (int i = 0; i < 3; i++) {
      print("argument", (int) setBuffer.invokeExact(errno, run, i, buffer));
    }
    print("argument", (int) setInt.invokeExact(errno, run, 3, 5));
    print("argument beyond", (int) setInt.invokeExact(errno, run, 9, 5) != 0);

    CountDownLatch called = new CountDownLatch(1);
    long action = RunCallbacks.register(called::countDown);
    print(
        "callback",
        xrt_h.xrtRunSetCallback(
            errno,
            run,
            xrt_h.ERT_CMD_STATE_COMPLETED,
            RunCallbacks.function(),
            MemorySegment.ofAddress(action)));
    print("start", xrt_h.xrtRunStart(errno, run));
    print("wait", xrt_h.xrtRunWait(run));
    print("state", xrt_h.xrtRunState(run));
    print("called", called.await(10, TimeUnit.SECONDS));
    print("start again", xrt_h.xrtRunStart(errno, run));
    print("wait for", xrt_h.xrtRunWaitFor(run, 1000));
    print("close run", xrt_h.xrtRunClose(errno, run));

    MethodHandle start = xrt_h.xrtKernelRun(ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    MemorySegment whole =
        (MemorySegment) start.invokeExact(errno, kernel, buffer, buffer, buffer, 5);
    print("wait", xrt_h.xrtRunWait(whole));
    print("close run", xrt_h.xrtRunClose(errno, whole));
  }

  private static void missingSymbol() throws Throwable {
    MethodHandle missing =
        TestSymbols.link("xrtRunForget", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    try {
      print("missing", (int) missing.invokeExact(MemorySegment.NULL));
    } catch (PluginException e) {
      print("missing", e.getMessage());
    }
  }

  private static boolean isThere(MemorySegment handle) {
    return !handle.equals(MemorySegment.NULL);
  }

  private static void print(String what, Object gave) {
    System.out.println(what + ": " + gave);
  }
}
