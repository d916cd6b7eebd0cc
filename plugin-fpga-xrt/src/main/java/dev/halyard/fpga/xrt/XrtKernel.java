package dev.halyard.fpga.xrt;

import dev.halyard.fpga.xrt.binding.xrt_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A kernel of XRT. */
final class XrtKernel extends XrtHandle implements BoardKernel {
  /** Where reads leave a value; guarded by {@link #lock()}. Every run reads registers. */
  private final MemorySegment word = Arena.ofAuto().allocate(ValueLayout.JAVA_INT);

  /** Takes over a kernel of a board. */
  XrtKernel(MemorySegment kernel, XrtBoard board, String name) {
    super("the kernel " + name, kernel, board);
  }

  @Override
  public int group(int argument) {
    synchronized (lock()) {
      int group = xrt_h.xrtKernelArgGroupId(errno(), handle(), argument);
      XrtError.check(
          Math.min(group, 0),
          errno(),
          "asking for the group of argument " + argument + " of " + this);
      return group;
    }
  }

  @Override
  public int offset(int argument) {
    synchronized (lock()) {
      int offset = xrt_h.xrtKernelArgOffset(errno(), handle(), argument);
      XrtError.check(
          Math.min(offset, 0),
          errno(),
          "asking for the offset of argument " + argument + " of " + this);
      return offset;
    }
  }

  @Override
  public BoardRun newRun() {
    synchronized (lock()) {
      MemorySegment run = xrt_h.xrtRunOpen(errno(), handle());
      String call = "opening a run of " + this;
      return adopt(new XrtRun(XrtError.checkHandle(run, errno(), call), this));
    }
  }

  @Override
  public int readRegister(int offset) {
    synchronized (lock()) {
      int code = xrt_h.xrtKernelReadRegister(errno(), handle(), offset, word);
      if (code != 0) {
        XrtError.check(code, errno(), "reading register " + offset + " of " + this);
      }
      return word.get(ValueLayout.JAVA_INT, 0);
    }
  }

  @Override
  public void writeRegister(int offset, int value) {
    synchronized (lock()) {
      XrtError.check(
          xrt_h.xrtKernelWriteRegister(errno(), handle(), offset, value),
          errno(),
          "writing register " + offset + " of " + this);
    }
  }

  @Override
  void release(MemorySegment kernel) {
    XrtError.check(xrt_h.xrtKernelClose(errno(), kernel), errno(), "closing " + this);
  }
}
