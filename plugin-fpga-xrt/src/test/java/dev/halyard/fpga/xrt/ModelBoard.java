package dev.halyard.fpga.xrt;

import dev.halyard.DeviceLostException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.dense.DenseArgument;
import dev.halyard.fpga.xrt.dense.DenseCycles;
import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import dev.halyard.fpga.xrt.dense.DenseRegisters;
import dev.halyard.fpga.xrt.dense.DenseRun;
import dev.halyard.fpga.xrt.dense.PackedWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A board in Java, whose memory is apart from the host's: what nobody moves is not there. It runs
 * the integer model of the kernel, counts what is open, and fails as tests ask.
 */
final class ModelBoard implements Board {
  static final int READ_LATENCY = 40;
  static final int WRITE_LATENCY = 20;

  private static final long MEMORY = 1L << 30;
  private static final long ALIGNMENT = 4096;

  /** How many buffers, kernels and runs are open. */
  final AtomicInteger open = new AtomicInteger();

  /** How many runs were started. */
  final AtomicInteger starts = new AtomicInteger();

  /** The files that were loaded. */
  final AtomicInteger loads = new AtomicInteger();

  /** What the next runs end with, in place of success. */
  volatile int status = DenseRegisters.STATUS_OKAY;

  /** Whether runs do not end. */
  volatile boolean stuck;

  /** Whether buffers show no part of the host's. */
  volatile boolean unmappable;

  /** Whether calls say that the board is gone. */
  volatile boolean dead;

  volatile int version = DenseRegisters.VERSION_VALUE;

  /** The group of y; that of the others is 0. */
  volatile int groupOfY;

  private final AtomicLong next = new AtomicLong(ALIGNMENT);
  private final AtomicLong used = new AtomicLong();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean closed;

  private void requireAlive() {
    if (dead) {
      throw new DeviceLostException("the model is dead");
    }
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public String driver() {
    return "model";
  }

  @Override
  public UUID load(Path xclbin) {
    requireAlive();
    loads.incrementAndGet();
    return new UUID(1, 2);
  }

  @Override
  public BoardBuffer allocate(long bytes, int group) {
    requireAlive();
    if (used.addAndGet(bytes) > MEMORY) {
      used.addAndGet(-bytes);
      throw new OutOfDeviceMemoryException("the model has no " + bytes + " bytes left");
    }
    Arena arena = Arena.ofShared();
    return new Buffer(arena, arena.allocate(bytes, ALIGNMENT), true);
  }

  @Override
  public BoardBuffer over(MemorySegment memory, int group) {
    requireAlive();
    return new Buffer(Arena.ofShared(), memory, false);
  }

  @Override
  public BoardKernel kernel(String name, BoardKernel.Access access) {
    requireAlive();
    if (!name.equals("dense") || access != BoardKernel.Access.EXCLUSIVE) {
      throw new AssertionError(name + " " + access);
    }
    return new Kernel();
  }

  @Override
  public void close() {
    closed = true;
  }

  private final class Buffer implements BoardBuffer {
    private final Arena arena;
    private final MemorySegment host;
    private final MemorySegment device;
    private final long address;
    private final boolean owned;
    private final boolean whole;

    Buffer(Arena arena, MemorySegment host, boolean owned) {
      this.arena = arena;
      this.host = host;
      this.owned = owned;
      whole = true;
      device = arena.allocate(host.byteSize(), ALIGNMENT).fill((byte) 0x77);
      address = next.getAndAdd(Math.ceilDiv(host.byteSize(), ALIGNMENT) * ALIGNMENT);
      open.incrementAndGet();
    }

    private Buffer(Buffer of, long offset, long bytes) {
      arena = of.arena;
      owned = false;
      whole = false;
      host = of.host.asSlice(offset, bytes);
      device = of.device.asSlice(offset, bytes);
      address = of.address + offset;
      open.incrementAndGet();
    }

    @Override
    public long bytes() {
      return host.byteSize();
    }

    @Override
    public long address() {
      return address;
    }

    @Override
    public MemorySegment host() {
      if (unmappable) {
        throw new PluginException("the model maps nothing");
      }
      return host;
    }

    @Override
    public BoardBuffer part(long offset, long bytes) {
      requireAlive();
      return new Buffer(this, offset, bytes);
    }

    @Override
    public void write(MemorySegment from, long offset) {
      host.asSlice(offset, from.byteSize()).copyFrom(from);
    }

    @Override
    public void read(MemorySegment to, long offset) {
      to.copyFrom(host.asSlice(offset, to.byteSize()));
    }

    @Override
    public void toBoard(long offset, long bytes) {
      requireAlive();
      device.asSlice(offset, bytes).copyFrom(host.asSlice(offset, bytes));
    }

    @Override
    public void fromBoard(long offset, long bytes) {
      requireAlive();
      host.asSlice(offset, bytes).copyFrom(device.asSlice(offset, bytes));
    }

    @Override
    public void close() {
      requireAlive();
      open.decrementAndGet();
      used.addAndGet(owned ? -host.byteSize() : 0);
      if (whole) {
        arena.close();
      }
    }
  }

  private final class Kernel implements BoardKernel {
    private volatile int lastStatus;
    private volatile long cycles;

    @Override
    public int group(int argument) {
      return argument == DenseArgument.Y.index() ? groupOfY : 0;
    }

    @Override
    public int offset(int argument) {
      return List.of(DenseArgument.values()).get(argument).offset();
    }

    @Override
    public BoardRun newRun() {
      requireAlive();
      open.incrementAndGet();
      return new Run(this);
    }

    @Override
    public int readRegister(int offset) {
      requireAlive();
      return switch (offset) {
        case DenseRegisters.VERSION -> version;
        case DenseRegisters.STATUS -> lastStatus;
        case DenseRegisters.CYCLES -> (int) cycles;
        case DenseRegisters.CYCLES + 4 -> (int) (cycles >>> 32);
        default -> throw new AssertionError("register " + offset);
      };
    }

    @Override
    public void writeRegister(int offset, int value) {
      throw new AssertionError("register " + offset);
    }

    @Override
    public void close() {}
  }

  private final class Run implements BoardRun {
    private final Kernel kernel;
    private final Object[] arguments = new Object[DenseArgument.values().length];

    Run(Kernel kernel) {
      this.kernel = kernel;
    }

    @Override
    public void set(int argument, BoardBuffer value) {
      requireAlive();
      arguments[argument] = value;
    }

    @Override
    public void set(int argument, int value) {
      requireAlive();
      arguments[argument] = value;
    }

    @Override
    public void set(int argument, long value) {
      throw new AssertionError("argument " + argument);
    }

    @Override
    public void onCompletion(Runnable action) {
      throw new AssertionError("nobody asks for this");
    }

    private Buffer buffer(DenseArgument argument) {
      return (Buffer) arguments[argument.index()];
    }

    private int number(DenseArgument argument) {
      return (int) arguments[argument.index()];
    }

    @Override
    public void start() {
      requireAlive();
      starts.incrementAndGet();
      if (!busy.compareAndSet(false, true)) {
        throw new AssertionError("a run was started while another is under way");
      }
      kernel.lastStatus = stuck ? 0 : compute();
    }

    private int compute() {
      if (status != DenseRegisters.STATUS_OKAY) {
        return status;
      }
      long batch = Integer.toUnsignedLong(number(DenseArgument.BATCH));
      if (batch == 0) {
        return DenseRegisters.STATUS_BAD_ARGUMENT;
      }
      DenseRun run =
          new DenseRun(
              buffer(DenseArgument.X).address(),
              buffer(DenseArgument.WEIGHTS).address(),
              buffer(DenseArgument.Y).address(),
              batch,
              number(DenseArgument.ROWS),
              number(DenseArgument.COLS),
              DenseFormat.ofMode(number(DenseArgument.MODE)));
      DenseLayer layer =
          PackedWeights.unpack(
              buffer(DenseArgument.WEIGHTS).device, run.rows(), run.cols(), run.format());
      for (int row = 0; row < batch; row++) {
        short[] x =
            load(buffer(DenseArgument.X).device, row * run.cols(), run.cols(), run.format());
        store(buffer(DenseArgument.Y).device, row * run.rows(), layer.apply(x), run.format());
      }
      kernel.cycles = DenseCycles.of(run, READ_LATENCY, WRITE_LATENCY);
      return DenseRegisters.STATUS_OKAY;
    }

    private static short[] load(MemorySegment from, int first, int count, DenseFormat format) {
      short[] values = new short[count];
      for (int i = 0; i < count; i++) {
        long at = (long) (first + i) * format.inputBytes();
        values[i] =
            format.wideInput()
                ? from.get(ValueLayout.JAVA_SHORT_UNALIGNED, at)
                : from.get(ValueLayout.JAVA_BYTE, at);
      }
      return values;
    }

    private static void store(MemorySegment to, int first, short[] values, DenseFormat format) {
      for (int i = 0; i < values.length; i++) {
        long at = (long) (first + i) * format.outputBytes();
        if (format.wideOutput()) {
          to.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, values[i]);
        } else {
          to.set(ValueLayout.JAVA_BYTE, at, (byte) values[i]);
        }
      }
    }

    @Override
    public boolean isDone() {
      return !stuck;
    }

    @Override
    public boolean await(long millis) {
      requireAlive();
      if (stuck) {
        sleep(millis);
        return false;
      }
      busy.set(false);
      return true;
    }

    private static void sleep(long millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      requireAlive();
      open.decrementAndGet();
    }
  }
}
