package dev.halyard.fpga.xrt;

import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.binding.XrtSymbols;
import dev.halyard.fpga.xrt.binding.xrt_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A board through the native API of XRT, real or emulated. */
public final class XrtBoard extends XrtHandle implements Board {
  private static final long PAGE = 4096;
  private static final ValueLayout.OfLong BIG_ENDIAN_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final XrtLibrary library;
  private final boolean emulated;
  private @Nullable Loaded loaded;

  /** What is on the board, and its UUID as XRT takes it. */
  private record Loaded(LoadableXclbin xclbin, MemorySegment uuid) {}

  private XrtBoard(XrtLibrary library, BoardDescription board, MemorySegment device) {
    super("the board " + board.address(), device, null);
    this.library = library;
    emulated = board.emulated();
  }

  /**
   * Opens a board in this process, whose environment is the one that the board asks for.
   *
   * @param board what to open, by index or by PCIe address
   * @param configuration of the plugin: {@code library} names a libxrt_coreutil other than the
   *     usual
   * @return the board
   * @throws PluginException if there is no XRT library, or this process has not the environment
   *     that the board asks for, or one over which XRT would end the process
   * @throws dev.halyard.DeviceLostException if there is no such board
   */
  public static Board open(BoardDescription board, Map<String, String> configuration) {
    Function<String, Optional<String>> environment =
        name -> Optional.ofNullable(System.getenv(name));
    checkEnvironment(board, environment);
    XrtLibrary library =
        XrtLibrary.find(Optional.ofNullable(configuration.get("library")), environment)
            .orElseThrow();
    return SignalHandlers.keep(() -> open(library, board));
  }

  private static void checkEnvironment(
      BoardDescription board, Function<String, Optional<String>> environment) {
    board
        .environment()
        .forEach(
            (name, value) -> {
              Optional<String> found = environment.apply(name);
              if (!found.equals(Optional.of(value))) {
                throw new PluginException(
                    "the board "
                        + board.stableId()
                        + " wants a process with "
                        + name
                        + "="
                        + value
                        + ", and found "
                        + found.orElse("none")
                        + "; open it in a process that is started so");
              }
            });
  }

  private static XrtBoard open(XrtLibrary library, BoardDescription board) {
    String address = board.address();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = XrtSymbols.allocateErrno(arena);
      MemorySegment device =
          address.matches("[0-9]{1,9}")
              ? xrt_h.xrtDeviceOpen(errno, Integer.parseInt(address))
              : xrt_h.xrtDeviceOpenByBDF(errno, arena.allocateFrom(address));
      if (device.equals(MemorySegment.NULL)) {
        throw XrtError.absent(errno, address);
      }
      return new XrtBoard(library, board, device);
    }
  }

  @Override
  public String driver() {
    return library.describe();
  }

  @Override
  public UUID load(Path xclbin) {
    LoadableXclbin checked = LoadableXclbin.read(xclbin.toAbsolutePath(), emulated);
    synchronized (lock()) {
      if (kernels().findAny().isPresent()) {
        throw new IllegalStateException(this + " has open kernels; close them before load");
      }
      return SignalHandlers.keep(() -> loadFile(checked));
    }
  }

  private UUID loadFile(LoadableXclbin xclbin) {
    loaded = null;
    String file = xclbin.file().toString();
    try (Arena arena = Arena.ofConfined()) {
      XrtError.check(
          xrt_h.xrtDeviceLoadXclbinFile(errno(), handle(), arena.allocateFrom(file)),
          errno(),
          "loading " + file);
    }
    MemorySegment uuid = Arena.ofAuto().allocate(xrt_h.UUID_BYTES);
    XrtError.check(
        xrt_h.xrtDeviceGetXclbinUUID(errno(), handle(), uuid),
        errno(),
        "reading the UUID of " + file);
    requireUuid(xclbin, uuid);
    loaded = new Loaded(xclbin, uuid);
    return xclbin.uuid();
  }

  /** Another UUID is that of a file that came after the check. */
  private static void requireUuid(LoadableXclbin xclbin, MemorySegment uuid) {
    UUID found = new UUID(uuid.get(BIG_ENDIAN_LONG, 0), uuid.get(BIG_ENDIAN_LONG, Long.BYTES));
    if (!found.equals(xclbin.uuid())) {
      throw new PluginException(
          "the board has loaded "
              + xclbin.file()
              + " with the UUID "
              + found
              + ", which was read as "
              + xclbin.uuid()
              + "; reopen the device, and leave the file as it is meanwhile");
    }
  }

  @Override
  public BoardBuffer allocate(long bytes, int group) {
    if (bytes <= 0) {
      throw new IllegalArgumentException(
          "a buffer of " + bytes + " bytes is wanted, not 1 or more");
    }
    synchronized (lock()) {
      MemorySegment buffer =
          xrt_h.xrtBOAlloc(errno(), handle(), bytes, xrt_h.XRT_BO_FLAGS_NONE, group);
      String call = "allocating " + bytes + " bytes in group " + group;
      return adopt(new XrtBuffer(XrtError.checkHandle(buffer, errno(), call), this, bytes, null));
    }
  }

  @Override
  public BoardBuffer over(MemorySegment memory, int group) {
    if (!memory.isNative() || memory.byteSize() == 0 || memory.address() % PAGE != 0) {
      throw new IllegalArgumentException(
          memory + " is not native memory at a multiple of " + PAGE + " bytes");
    }
    synchronized (lock()) {
      MemorySegment buffer =
          xrt_h.xrtBOAllocUserPtr(
              errno(), handle(), memory, memory.byteSize(), xrt_h.XRT_BO_FLAGS_NONE, group);
      String call = "making a buffer over " + memory.byteSize() + " bytes in group " + group;
      return adopt(
          new XrtBuffer(
              XrtError.checkHandle(buffer, errno(), call), this, memory.byteSize(), memory));
    }
  }

  @Override
  public BoardKernel kernel(String name, BoardKernel.Access access) {
    synchronized (lock()) {
      Loaded now = loaded;
      if (now == null) {
        throw new IllegalStateException(this + " has no xclbin loaded; load one before " + name);
      }
      now.xclbin.requireKernel(name);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment text = arena.allocateFrom(name);
        MemorySegment kernel =
            access == BoardKernel.Access.EXCLUSIVE
                ? xrt_h.xrtPLKernelOpenExclusive(errno(), handle(), now.uuid, text)
                : xrt_h.xrtPLKernelOpen(errno(), handle(), now.uuid, text);
        String call = "opening the kernel " + name;
        return adopt(new XrtKernel(XrtError.checkHandle(kernel, errno(), call), this, name));
      }
    }
  }

  private Stream<XrtHandle> kernels() {
    return super.dependents().stream().filter(XrtKernel.class::isInstance);
  }

  /** Kernels with their runs first, since a run may have any buffer as its argument. */
  @Override
  List<XrtHandle> dependents() {
    Stream<XrtHandle> buffers =
        super.dependents().stream().filter(handle -> !(handle instanceof XrtKernel));
    return Stream.concat(kernels(), buffers).toList();
  }

  @Override
  void release(MemorySegment device) {
    XrtError.check(xrt_h.xrtDeviceClose(errno(), device), errno(), "closing " + this);
  }
}
