package dev.halyard.fpga.xrt;

import dev.halyard.DeviceLostException;
import dev.halyard.fpga.xrt.binding.XrtSymbols;
import dev.halyard.fpga.xrt.binding.xrt_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A run of XRT. */
final class XrtRun extends XrtHandle implements BoardRun {
  /** How long closing waits for an execution: many times that of one, and no hang. */
  private static final long CLOSE_MILLIS = 1000;

  private static final int SPINS = 100;
  private static final long PAUSE_NANOS = 20_000;

  private static final long NO_CALLBACK = 0;

  private long callback = NO_CALLBACK;
  private volatile boolean underWay;

  /** The calls that set an argument, by its type in C. */
  private static final class Setters {
    static final MethodHandle BUFFER = xrt_h.xrtRunSetArg(ValueLayout.ADDRESS);
    static final MethodHandle INT = xrt_h.xrtRunSetArg(ValueLayout.JAVA_INT);
    static final MethodHandle LONG = xrt_h.xrtRunSetArg(ValueLayout.JAVA_LONG);
  }

  /** Takes over a run of a kernel. */
  XrtRun(MemorySegment run, XrtKernel kernel) {
    super("a run of " + kernel, run, kernel);
  }

  @Override
  public void set(int argument, BoardBuffer value) {
    if (!(value instanceof XrtBuffer buffer) || !isOfSameBoard(buffer)) {
      throw new IllegalArgumentException(
          this
              + " takes buffers of its own board alone, not "
              + value
              + " for argument "
              + argument);
    }
    MemorySegment run = idle();
    try {
      checkSet((int) Setters.BUFFER.invokeExact(errno(), run, argument, buffer.handle()), argument);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  @Override
  public void set(int argument, int value) {
    MemorySegment run = idle();
    try {
      checkSet((int) Setters.INT.invokeExact(errno(), run, argument, value), argument);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  @Override
  public void set(int argument, long value) {
    MemorySegment run = idle();
    try {
      checkSet((int) Setters.LONG.invokeExact(errno(), run, argument, value), argument);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }

  private void checkSet(int code, int argument) {
    if (code != 0) {
      XrtError.check(code, errno(), "setting argument " + argument + " of " + this);
    }
  }

  @Override
  public void onCompletion(Runnable action) {
    MemorySegment run = idle();
    if (callback != NO_CALLBACK) {
      RunCallbacks.replace(callback, action);
      return;
    }
    long id = RunCallbacks.register(action);
    int code =
        xrt_h.xrtRunSetCallback(
            errno(),
            run,
            xrt_h.ERT_CMD_STATE_COMPLETED,
            RunCallbacks.function(),
            MemorySegment.ofAddress(id));
    if (code != 0) {
      RunCallbacks.remove(id);
    }
    XrtError.check(code, errno(), "setting the callback of " + this);
    callback = id;
  }

  @Override
  public void start() {
    MemorySegment run = idle();
    underWay = true;
    int code = xrt_h.xrtRunStart(errno(), run);
    if (code != 0) {
      underWay = false;
      XrtError.check(code, errno(), "starting " + this);
    }
  }

  @Override
  public boolean isDone() {
    MemorySegment run = handle();
    return !underWay || isOver(xrt_h.xrtRunState(run));
  }

  @Override
  public boolean await(long millis) {
    // Not by xrtRunWaitFor, which takes 0 for no limit and in sw_emu keeps none.
    long start = System.nanoTime();
    long limit = TimeUnit.MILLISECONDS.toNanos(millis);
    for (int looks = 1; !isDone(); looks++) {
      if (System.nanoTime() - start >= limit) {
        return false;
      }
      if (looks < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // a board's lock is an object of its own
  private boolean isOfSameBoard(XrtBuffer buffer) {
    return buffer.lock() == lock();
  }

  private boolean isOver(int state) {
    return switch (state) {
      case xrt_h.ERT_CMD_STATE_NEW,
          xrt_h.ERT_CMD_STATE_QUEUED,
          xrt_h.ERT_CMD_STATE_RUNNING,
          xrt_h.ERT_CMD_STATE_SUBMITTED ->
          false;
      case xrt_h.ERT_CMD_STATE_COMPLETED -> {
        underWay = false;
        yield true;
      }
      default -> {
        underWay = false;
        throw new DeviceLostException(
            this + " has failed: its state is " + RunState.name(state) + "; reopen the device");
      }
    };
  }

  /** {@return the handle, of a run with no execution under way} */
  private MemorySegment idle() {
    MemorySegment run = handle();
    if (!isDone()) {
      throw new IllegalStateException(this + " is under way; await it first");
    }
    return run;
  }

  @Override
  void settle() {
    boolean over;
    try {
      over = await(CLOSE_MILLIS);
    } catch (DeviceLostException failed) {
      over = true; // and whoever awaits it is told
    }
    if (!over) {
      throw new DeviceLostException(
          this
              + " is closed under way and did not complete within "
              + CLOSE_MILLIS
              + " ms; end its process");
    }
  }

  @Override
  void release(MemorySegment run) {
    int code = xrt_h.xrtRunClose(errno(), run);
    if (callback != NO_CALLBACK) {
      RunCallbacks.remove(callback);
    }
    XrtError.check(code, errno(), "closing " + this);
  }
}
