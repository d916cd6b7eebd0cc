package dev.halyard.fpga.xrt.binding;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The native API of XRT ({@code xrt_device.h}, {@code xrt_bo.h}, {@code xrt_kernel.h}) as C has it:
 * names, types and constants are those of the headers, and mean what these say.
 *
 * <p>Laid out as jextract does, a holder per function, kept by hand: {@code
 * scripts/xrt-bindings.sh} is the command that writes such a class, to compare with. Two things are
 * different. Most calls take an {@link XrtSymbols#allocateErrno errno} first, which they set when
 * they fail; and a function that the library lacks fails when it is called, with a {@link
 * dev.halyard.PluginException}. {@code HeaderAgreementTests} compares every holder and constant
 * with the headers.
 *
 * <p>Handles are what XRT gave, or what it does with anything else is undefined. {@link
 * XrtSymbols#use} comes before the first call.
 */
@SuppressWarnings("MemberName") // names are those of C
public final class xrt_h {
  static final AddressLayout C_POINTER = ValueLayout.ADDRESS;
  static final ValueLayout.OfInt C_INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong C_LONG = ValueLayout.JAVA_LONG;

  /** The bytes of a UUID, {@code xuid_t}. */
  public static final int UUID_BYTES = 16;

  /** {@code XCL_BO_SYNC_BO_TO_DEVICE}. */
  public static final int XCL_BO_SYNC_BO_TO_DEVICE = 0;

  /** {@code XCL_BO_SYNC_BO_FROM_DEVICE}. */
  public static final int XCL_BO_SYNC_BO_FROM_DEVICE = 1;

  /** {@code ERT_CMD_STATE_NEW}. */
  public static final int ERT_CMD_STATE_NEW = 1;

  /** {@code ERT_CMD_STATE_QUEUED}. */
  public static final int ERT_CMD_STATE_QUEUED = 2;

  /** {@code ERT_CMD_STATE_RUNNING}. */
  public static final int ERT_CMD_STATE_RUNNING = 3;

  /** {@code ERT_CMD_STATE_COMPLETED}. */
  public static final int ERT_CMD_STATE_COMPLETED = 4;

  /** {@code ERT_CMD_STATE_ERROR}. */
  public static final int ERT_CMD_STATE_ERROR = 5;

  /** {@code ERT_CMD_STATE_ABORT}. */
  public static final int ERT_CMD_STATE_ABORT = 6;

  /** {@code ERT_CMD_STATE_SUBMITTED}. */
  public static final int ERT_CMD_STATE_SUBMITTED = 7;

  /** {@code ERT_CMD_STATE_TIMEOUT}. */
  public static final int ERT_CMD_STATE_TIMEOUT = 8;

  /** {@code ERT_CMD_STATE_NORESPONSE}. */
  public static final int ERT_CMD_STATE_NORESPONSE = 9;

  /** {@code ERT_CMD_STATE_SKERROR}. */
  public static final int ERT_CMD_STATE_SKERROR = 10;

  /** {@code ERT_CMD_STATE_SKCRASHED}. */
  public static final int ERT_CMD_STATE_SKCRASHED = 11;

  /** What {@code xrtBOAddress} of XRT 2.13 gives on error. */
  public static final long NO_ADDRESS = -1;

  /** {@code XRT_BO_FLAGS_NONE}. */
  public static final int XRT_BO_FLAGS_NONE = 0;

  private xrt_h() {}

  static final class xrtDeviceOpen {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_POINTER, C_INT);
    static final MemorySegment ADDR = XrtSymbols.find("xrtDeviceOpen");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtDeviceOpen", ADDR, DESC);

    private xrtDeviceOpen() {}
  }

  /** Opens the board with an index; null on error. */
  public static MemorySegment xrtDeviceOpen(MemorySegment errno, int index) {
    try {
      return (MemorySegment) xrtDeviceOpen.HANDLE.invokeExact(errno, index);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtDeviceOpenByBDF {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtDeviceOpenByBDF");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtDeviceOpenByBDF", ADDR, DESC);

    private xrtDeviceOpenByBDF() {}
  }

  /** Opens the board with a PCIe address; null on error. */
  public static MemorySegment xrtDeviceOpenByBDF(MemorySegment errno, MemorySegment bdf) {
    try {
      return (MemorySegment) xrtDeviceOpenByBDF.HANDLE.invokeExact(errno, bdf);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtDeviceClose {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtDeviceClose");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtDeviceClose", ADDR, DESC);

    private xrtDeviceClose() {}
  }

  /** Closes a board. */
  public static int xrtDeviceClose(MemorySegment errno, MemorySegment device) {
    try {
      return (int) xrtDeviceClose.HANDLE.invokeExact(errno, device);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtDeviceLoadXclbinFile {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtDeviceLoadXclbinFile");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtDeviceLoadXclbinFile", ADDR, DESC);

    private xrtDeviceLoadXclbinFile() {}
  }

  /** Loads a file onto a board. */
  public static int xrtDeviceLoadXclbinFile(
      MemorySegment errno, MemorySegment device, MemorySegment file) {
    try {
      return (int) xrtDeviceLoadXclbinFile.HANDLE.invokeExact(errno, device, file);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtDeviceGetXclbinUUID {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtDeviceGetXclbinUUID");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtDeviceGetXclbinUUID", ADDR, DESC);

    private xrtDeviceGetXclbinUUID() {}
  }

  /** Writes the 16 bytes of the loaded UUID. */
  public static int xrtDeviceGetXclbinUUID(
      MemorySegment errno, MemorySegment device, MemorySegment uuid) {
    try {
      return (int) xrtDeviceGetXclbinUUID.HANDLE.invokeExact(errno, device, uuid);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtDeviceToXclDevice {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtDeviceToXclDevice");
    static final MethodHandle HANDLE = XrtSymbols.plain("xrtDeviceToXclDevice", ADDR, DESC);

    private xrtDeviceToXclDevice() {}
  }

  /** Gives the shim's handle of a board. */
  public static MemorySegment xrtDeviceToXclDevice(MemorySegment device) {
    try {
      return (MemorySegment) xrtDeviceToXclDevice.HANDLE.invokeExact(device);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOAlloc {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_POINTER, C_POINTER, C_LONG, C_LONG, C_INT);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOAlloc");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBOAlloc", ADDR, DESC);

    private xrtBOAlloc() {}
  }

  /** Allocates a buffer; null on error. */
  public static MemorySegment xrtBOAlloc(
      MemorySegment errno, MemorySegment device, long bytes, long flags, int group) {
    try {
      return (MemorySegment) xrtBOAlloc.HANDLE.invokeExact(errno, device, bytes, flags, group);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOAllocUserPtr {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_POINTER, C_POINTER, C_POINTER, C_LONG, C_LONG, C_INT);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOAllocUserPtr");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBOAllocUserPtr", ADDR, DESC);

    private xrtBOAllocUserPtr() {}
  }

  /** Makes a buffer over page-aligned memory of the caller; null on error. */
  public static MemorySegment xrtBOAllocUserPtr(
      MemorySegment errno,
      MemorySegment device,
      MemorySegment memory,
      long bytes,
      long flags,
      int group) {
    try {
      return (MemorySegment)
          xrtBOAllocUserPtr.HANDLE.invokeExact(errno, device, memory, bytes, flags, group);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOSubAlloc {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_POINTER, C_POINTER, C_LONG, C_LONG);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOSubAlloc");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBOSubAlloc", ADDR, DESC);

    private xrtBOSubAlloc() {}
  }

  /** Makes a buffer of a part of another; null on error. */
  public static MemorySegment xrtBOSubAlloc(
      MemorySegment errno, MemorySegment parent, long bytes, long offset) {
    try {
      return (MemorySegment) xrtBOSubAlloc.HANDLE.invokeExact(errno, parent, bytes, offset);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOFree {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOFree");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBOFree", ADDR, DESC);

    private xrtBOFree() {}
  }

  /** Frees a buffer. */
  public static int xrtBOFree(MemorySegment errno, MemorySegment buffer) {
    try {
      return (int) xrtBOFree.HANDLE.invokeExact(errno, buffer);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOSize {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_LONG, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOSize");
    static final MethodHandle HANDLE = XrtSymbols.plain("xrtBOSize", ADDR, DESC);

    private xrtBOSize() {}
  }

  /** Gives the size of a buffer in bytes. */
  public static long xrtBOSize(MemorySegment buffer) {
    try {
      return (long) xrtBOSize.HANDLE.invokeExact(buffer);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOAddress {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_LONG, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOAddress");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBOAddress", ADDR, DESC);

    private xrtBOAddress() {}
  }

  /** Gives the device address of a buffer; {@link #NO_ADDRESS} on error. */
  public static long xrtBOAddress(MemorySegment errno, MemorySegment buffer) {
    try {
      return (long) xrtBOAddress.HANDLE.invokeExact(errno, buffer);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOSync {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_INT, C_POINTER, C_INT, C_LONG, C_LONG);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOSync");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBOSync", ADDR, DESC);

    private xrtBOSync() {}
  }

  /** Moves a part of a buffer between host and board. */
  public static int xrtBOSync(
      MemorySegment errno, MemorySegment buffer, int direction, long bytes, long offset) {
    try {
      return (int) xrtBOSync.HANDLE.invokeExact(errno, buffer, direction, bytes, offset);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOMap {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOMap");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBOMap", ADDR, DESC);

    private xrtBOMap() {}
  }

  /** Maps a buffer into this process until it is freed; null on error. */
  public static MemorySegment xrtBOMap(MemorySegment errno, MemorySegment buffer) {
    try {
      return (MemorySegment) xrtBOMap.HANDLE.invokeExact(errno, buffer);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOWrite {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER, C_LONG, C_LONG);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOWrite");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBOWrite", ADDR, DESC);

    private xrtBOWrite() {}
  }

  /** Copies into the host's part of a buffer. */
  public static int xrtBOWrite(
      MemorySegment errno, MemorySegment buffer, MemorySegment from, long bytes, long offset) {
    try {
      return (int) xrtBOWrite.HANDLE.invokeExact(errno, buffer, from, bytes, offset);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBORead {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER, C_LONG, C_LONG);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBORead");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBORead", ADDR, DESC);

    private xrtBORead() {}
  }

  /** Copies out of the host's part of a buffer. */
  public static int xrtBORead(
      MemorySegment errno, MemorySegment buffer, MemorySegment to, long bytes, long offset) {
    try {
      return (int) xrtBORead.HANDLE.invokeExact(errno, buffer, to, bytes, offset);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtBOCopy {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_INT, C_POINTER, C_POINTER, C_LONG, C_LONG, C_LONG);
    static final MemorySegment ADDR = XrtSymbols.find("xrtBOCopy");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtBOCopy", ADDR, DESC);

    private xrtBOCopy() {}
  }

  /** Copies between buffers on the board. */
  public static int xrtBOCopy(
      MemorySegment errno,
      MemorySegment to,
      MemorySegment from,
      long bytes,
      long toOffset,
      long fromOffset) {
    try {
      return (int) xrtBOCopy.HANDLE.invokeExact(errno, to, from, bytes, toOffset, fromOffset);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtPLKernelOpen {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_POINTER, C_POINTER, C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtPLKernelOpen");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtPLKernelOpen", ADDR, DESC);

    private xrtPLKernelOpen() {}
  }

  /** Opens a kernel that others may open too; null on error. */
  public static MemorySegment xrtPLKernelOpen(
      MemorySegment errno, MemorySegment device, MemorySegment uuid, MemorySegment name) {
    try {
      return (MemorySegment) xrtPLKernelOpen.HANDLE.invokeExact(errno, device, uuid, name);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtPLKernelOpenExclusive {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_POINTER, C_POINTER, C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtPLKernelOpenExclusive");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtPLKernelOpenExclusive", ADDR, DESC);

    private xrtPLKernelOpenExclusive() {}
  }

  /** Opens a kernel for this process alone; null on error. */
  public static MemorySegment xrtPLKernelOpenExclusive(
      MemorySegment errno, MemorySegment device, MemorySegment uuid, MemorySegment name) {
    try {
      return (MemorySegment) xrtPLKernelOpenExclusive.HANDLE.invokeExact(errno, device, uuid, name);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtKernelClose {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtKernelClose");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtKernelClose", ADDR, DESC);

    private xrtKernelClose() {}
  }

  /** Closes a kernel. */
  public static int xrtKernelClose(MemorySegment errno, MemorySegment kernel) {
    try {
      return (int) xrtKernelClose.HANDLE.invokeExact(errno, kernel);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtKernelArgGroupId {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_INT);
    static final MemorySegment ADDR = XrtSymbols.find("xrtKernelArgGroupId");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtKernelArgGroupId", ADDR, DESC);

    private xrtKernelArgGroupId() {}
  }

  /** Gives the memory group of an argument; negative on error. */
  public static int xrtKernelArgGroupId(MemorySegment errno, MemorySegment kernel, int argument) {
    try {
      return (int) xrtKernelArgGroupId.HANDLE.invokeExact(errno, kernel, argument);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtKernelArgOffset {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_INT);
    static final MemorySegment ADDR = XrtSymbols.find("xrtKernelArgOffset");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtKernelArgOffset", ADDR, DESC);

    private xrtKernelArgOffset() {}
  }

  /** Gives the register offset of an argument in bytes. */
  public static int xrtKernelArgOffset(MemorySegment errno, MemorySegment kernel, int argument) {
    try {
      return (int) xrtKernelArgOffset.HANDLE.invokeExact(errno, kernel, argument);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtKernelReadRegister {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_INT, C_POINTER, C_INT, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtKernelReadRegister");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtKernelReadRegister", ADDR, DESC);

    private xrtKernelReadRegister() {}
  }

  /** Reads a register of an exclusive kernel. */
  public static int xrtKernelReadRegister(
      MemorySegment errno, MemorySegment kernel, int offset, MemorySegment value) {
    try {
      return (int) xrtKernelReadRegister.HANDLE.invokeExact(errno, kernel, offset, value);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtKernelWriteRegister {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_INT, C_INT);
    static final MemorySegment ADDR = XrtSymbols.find("xrtKernelWriteRegister");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtKernelWriteRegister", ADDR, DESC);

    private xrtKernelWriteRegister() {}
  }

  /** Writes a register of an exclusive kernel. */
  public static int xrtKernelWriteRegister(
      MemorySegment errno, MemorySegment kernel, int offset, int value) {
    try {
      return (int) xrtKernelWriteRegister.HANDLE.invokeExact(errno, kernel, offset, value);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtKernelRun {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtKernelRun");

    private xrtKernelRun() {}

    /** {@return the call with further arguments, made with {@code errno} first} */
    static MethodHandle makeInvoker(MemoryLayout... variadic) {
      return XrtSymbols.variadic("xrtKernelRun", ADDR, DESC, variadic);
    }
  }

  /**
   * Starts a run with all its arguments; null on error.
   *
   * @param variadic the layouts of the arguments that follow the fixed ones
   * @return the call: {@code errno}, the fixed arguments, the variadic ones
   */
  public static MethodHandle xrtKernelRun(MemoryLayout... variadic) {
    return xrtKernelRun.makeInvoker(variadic);
  }

  static final class xrtRunOpen {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtRunOpen");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtRunOpen", ADDR, DESC);

    private xrtRunOpen() {}
  }

  /** Opens a run without starting it; null on error. */
  public static MemorySegment xrtRunOpen(MemorySegment errno, MemorySegment kernel) {
    try {
      return (MemorySegment) xrtRunOpen.HANDLE.invokeExact(errno, kernel);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtRunSetArg {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_INT);
    static final MemorySegment ADDR = XrtSymbols.find("xrtRunSetArg");

    private xrtRunSetArg() {}

    /** {@return the call with further arguments, made with {@code errno} first} */
    static MethodHandle makeInvoker(MemoryLayout... variadic) {
      return XrtSymbols.variadic("xrtRunSetArg", ADDR, DESC, variadic);
    }
  }

  /**
   * Sets an argument of a run.
   *
   * @param variadic the layouts of the arguments that follow the fixed ones
   * @return the call: {@code errno}, the fixed arguments, the variadic ones
   */
  public static MethodHandle xrtRunSetArg(MemoryLayout... variadic) {
    return xrtRunSetArg.makeInvoker(variadic);
  }

  static final class xrtRunUpdateArg {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_INT);
    static final MemorySegment ADDR = XrtSymbols.find("xrtRunUpdateArg");

    private xrtRunUpdateArg() {}

    /** {@return the call with further arguments, made with {@code errno} first} */
    static MethodHandle makeInvoker(MemoryLayout... variadic) {
      return XrtSymbols.variadic("xrtRunUpdateArg", ADDR, DESC, variadic);
    }
  }

  /**
   * Updates an argument of a run that is under way; XRT does so on embedded boards alone.
   *
   * @param variadic the layouts of the arguments that follow the fixed ones
   * @return the call: {@code errno}, the fixed arguments, the variadic ones
   */
  public static MethodHandle xrtRunUpdateArg(MemoryLayout... variadic) {
    return xrtRunUpdateArg.makeInvoker(variadic);
  }

  static final class xrtRunStart {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtRunStart");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtRunStart", ADDR, DESC);

    private xrtRunStart() {}
  }

  /** Starts a run, for the first time or again. */
  public static int xrtRunStart(MemorySegment errno, MemorySegment run) {
    try {
      return (int) xrtRunStart.HANDLE.invokeExact(errno, run);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtRunWait {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtRunWait");
    static final MethodHandle HANDLE = XrtSymbols.plain("xrtRunWait", ADDR, DESC);

    private xrtRunWait() {}
  }

  /** Waits for a run to end; its state. */
  public static int xrtRunWait(MemorySegment run) {
    try {
      return (int) xrtRunWait.HANDLE.invokeExact(run);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtRunWaitFor {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER, C_INT);
    static final MemorySegment ADDR = XrtSymbols.find("xrtRunWaitFor");
    static final MethodHandle HANDLE = XrtSymbols.plain("xrtRunWaitFor", ADDR, DESC);

    private xrtRunWaitFor() {}
  }

  /** Waits for a run to end, for ever where {@code millis} is 0; its state. */
  public static int xrtRunWaitFor(MemorySegment run, int millis) {
    try {
      return (int) xrtRunWaitFor.HANDLE.invokeExact(run, millis);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtRunState {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtRunState");
    static final MethodHandle HANDLE = XrtSymbols.plain("xrtRunState", ADDR, DESC);

    private xrtRunState() {}
  }

  /** Gives the state of a run. */
  public static int xrtRunState(MemorySegment run) {
    try {
      return (int) xrtRunState.HANDLE.invokeExact(run);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtRunSetCallback {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(C_INT, C_POINTER, C_INT, C_POINTER, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtRunSetCallback");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtRunSetCallback", ADDR, DESC);

    private xrtRunSetCallback() {}
  }

  /** Has a function called when a run reaches a state. */
  public static int xrtRunSetCallback(
      MemorySegment errno,
      MemorySegment run,
      int state,
      MemorySegment callback,
      MemorySegment data) {
    try {
      return (int) xrtRunSetCallback.HANDLE.invokeExact(errno, run, state, callback, data);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  static final class xrtRunClose {
    static final FunctionDescriptor DESC = FunctionDescriptor.of(C_INT, C_POINTER);
    static final MemorySegment ADDR = XrtSymbols.find("xrtRunClose");
    static final MethodHandle HANDLE = XrtSymbols.capturing("xrtRunClose", ADDR, DESC);

    private xrtRunClose() {}
  }

  /** Closes a run. */
  public static int xrtRunClose(MemorySegment errno, MemorySegment run) {
    try {
      return (int) xrtRunClose.HANDLE.invokeExact(errno, run);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  /** The type of the function that {@link #xrtRunSetCallback} takes. */
  public static final class xrtRunSetCallback$callback {
    /** Run, state, data. */
    public static final FunctionDescriptor DESC =
        FunctionDescriptor.ofVoid(C_POINTER, C_INT, C_POINTER);

    private xrtRunSetCallback$callback() {}
  }
}
