package dev.halyard.fpga.xrt;

import dev.halyard.fpga.xrt.binding.xrt_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A buffer object of XRT. */
final class XrtBuffer extends XrtHandle implements BoardBuffer {
  private final long bytes;

  // Reachable from here, so that memory of the garbage collector's lives as long as the buffer.
  @SuppressWarnings("unused")
  private final @Nullable MemorySegment pinned;

  private @Nullable Mapping mapping;

  private record Mapping(Arena arena, MemorySegment host) {}

  /**
   * Takes over a buffer.
   *
   * @param buffer the handle
   * @param parent the board, or the buffer it is a part of
   * @param bytes its size
   * @param pinned the memory of the host that it lies over, if it is the caller's
   */
  XrtBuffer(MemorySegment buffer, XrtHandle parent, long bytes, @Nullable MemorySegment pinned) {
    super("a buffer of " + bytes + " bytes", buffer, parent);
    this.bytes = bytes;
    this.pinned = pinned;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long address() {
    long address = xrt_h.xrtBOAddress(errno(), handle());
    // xrt_bo.h promises LLONG_MAX; XRT 2.13 gives all ones.
    boolean failed = address == xrt_h.NO_ADDRESS || address == Long.MAX_VALUE;
    XrtError.check(failed ? -1 : 0, errno(), "asking for the address of " + this);
    return address;
  }

  @Override
  public MemorySegment host() {
    MemorySegment buffer = handle();
    synchronized (lock()) {
      Mapping known = mapping;
      if (known == null) {
        MemorySegment start =
            XrtError.checkHandle(xrt_h.xrtBOMap(errno(), buffer), errno(), "mapping " + this);
        Arena arena = Arena.ofShared();
        known = new Mapping(arena, start.reinterpret(bytes, arena, null));
        mapping = known;
      }
      return known.host();
    }
  }

  @Override
  public BoardBuffer part(long offset, long size) {
    Objects.checkFromIndexSize(offset, size, bytes);
    if (size == 0) {
      throw new IllegalArgumentException("a part of 0 bytes is wanted, not 1 or more");
    }
    synchronized (lock()) {
      MemorySegment part = xrt_h.xrtBOSubAlloc(errno(), handle(), size, offset);
      String call = "making a part of " + this + " at " + offset + " of " + size + " bytes";
      return adopt(new XrtBuffer(XrtError.checkHandle(part, errno(), call), this, size, null));
    }
  }

  @Override
  public void write(MemorySegment from, long offset) {
    checkCopy(from, offset);
    XrtError.check(
        xrt_h.xrtBOWrite(errno(), handle(), from, from.byteSize(), offset), errno(), "writing");
  }

  @Override
  public void read(MemorySegment to, long offset) {
    checkCopy(to, offset);
    XrtError.check(
        xrt_h.xrtBORead(errno(), handle(), to, to.byteSize(), offset), errno(), "reading");
  }

  private void checkCopy(MemorySegment memory, long offset) {
    Objects.checkFromIndexSize(offset, memory.byteSize(), bytes);
    if (!memory.isNative()) {
      throw new IllegalArgumentException(memory + " is not native memory");
    }
  }

  @Override
  public void toBoard(long offset, long size) {
    sync(xrt_h.XCL_BO_SYNC_BO_TO_DEVICE, offset, size);
  }

  @Override
  public void fromBoard(long offset, long size) {
    sync(xrt_h.XCL_BO_SYNC_BO_FROM_DEVICE, offset, size);
  }

  private void sync(int direction, long offset, long size) {
    Objects.checkFromIndexSize(offset, size, bytes);
    // The message is a constant: this is part of every run.
    XrtError.check(
        xrt_h.xrtBOSync(errno(), handle(), direction, size, offset), errno(), "moving a buffer");
  }

  @Override
  void release(MemorySegment buffer) {
    if (mapping != null) {
      mapping.arena().close();
    }
    XrtError.check(xrt_h.xrtBOFree(errno(), buffer), errno(), "freeing a buffer");
  }
}
