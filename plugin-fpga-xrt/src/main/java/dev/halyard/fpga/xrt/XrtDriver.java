package dev.halyard.fpga.xrt;

import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.PluginException;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An open board with its one kernel: memory, claims, programs, and the streams that share it. */
final class XrtDriver implements DeviceDriver, TestHooks {
  /** What XRT wants of memory that a buffer lies over. */
  private static final long PAGE = 4096;

  /** A bound of this plugin's, below the size of a bank of DDR. */
  private static final long MOST_BYTES = 1L << 32;

  private static final MemoryKind KIND =
      MemoryKind.builder("board").alignment(PAGE).maxBytes(MOST_BYTES).build();

  /** A tenth of the slowest clock that is assumed, and of what a simulator does on a free core. */
  private static final long CARD_CYCLES_PER_MILLI = 20_000;

  private static final long EMULATED_CYCLES_PER_MILLI = 10;

  /** A hundredth of what a socket moves. */
  private static final long BYTES_PER_MILLI = 10_000;

  /** Loading a card's file takes some seconds; the runtime gives an open two minutes. */
  private static final long LOAD_MILLIS = 60_000;

  private static final long EMULATED_LOAD_MILLIS = 10_000;

  /** What a call beside a run may take on top: it may wait for others' calls. */
  private static final long PATIENCE_MILLIS = 5_000;

  /** How long a board that could not be taken over may take to close. */
  private static final long CLOSE_MILLIS = 2_000;

  private final Board board;
  private final BoardDescription description;
  private final long timeoutMillis;
  private final DriverContext context;
  private final DenseKernel kernel;
  private final LaunchOverhead overhead;
  private final RunWatch watch;
  private final BoardCalls calls;
  private final XrtCounters counters = new XrtCounters();
  private final Set<XrtStream> streams = ConcurrentHashMap.newKeySet();
  // Submissions left until the device fails on purpose; negative: never.
  private final AtomicLong untilLoss = new AtomicLong(-1);
  private volatile @Nullable String lost;
  private volatile boolean gone;

  /** What a board is once its file is loaded. */
  private record Ready(DenseKernel kernel, LaunchOverhead overhead) {}

  /**
   * Takes over a board, which is closed if this throws.
   *
   * @param board open
   * @param xclbin the file to load
   * @param description what it is
   * @param timeoutMillis how long a run may take beyond the time that its cycles need
   * @param context what the runtime offers
   */
  XrtDriver(
      Board board,
      Path xclbin,
      BoardDescription description,
      long timeoutMillis,
      DriverContext context) {
    this.board = board;
    this.description = description;
    this.timeoutMillis = timeoutMillis;
    this.context = context;
    calls = new BoardCalls(this::lose);
    watch = new RunWatch(this::lose);
    try {
      // First of all: a board may go while it loads.
      board.onLoss(this::lose);
      long limit = description.emulated() ? EMULATED_LOAD_MILLIS : LOAD_MILLIS;
      Ready ready = calls.call("loading " + xclbin, limit, () -> ready(board, xclbin, description));
      kernel = ready.kernel;
      overhead = ready.overhead;
    } catch (RuntimeException | Error e) {
      closeAfter(e);
      throw e;
    }
  }

  private static Ready ready(Board board, Path xclbin, BoardDescription description) {
    board.load(xclbin);
    DenseKernel kernel = DenseKernel.open(board);
    return new Ready(
        kernel,
        description.emulated()
            ? LaunchOverhead.assumed()
            : LaunchOverhead.calibrated(board, kernel));
  }

  private void closeAfter(Throwable failure) {
    watch.close();
    try {
      calls.attempt(CLOSE_MILLIS, board::close);
    } catch (CompletionException e) {
      failure.addSuppressed(e);
    } finally {
      calls.close();
    }
  }

  DenseKernel kernel() {
    return kernel;
  }

  RunWatch watch() {
    return watch;
  }

  LaunchOverhead overhead() {
    return overhead;
  }

  XrtCounters counters() {
    return counters;
  }

  boolean emulated() {
    return description.emulated();
  }

  /** {@return how long a run of about so many cycles may take} */
  long limitMillis(long cycles) {
    return timeoutMillis
        + cycles / (emulated() ? EMULATED_CYCLES_PER_MILLI : CARD_CYCLES_PER_MILLI);
  }

  /** {@return how long moving so many bytes may take} */
  long transferMillis(long bytes) {
    return timeoutMillis + bytes / BYTES_PER_MILLI;
  }

  /** {@return how the board's memory answers the kernel} */
  MemoryTiming memoryTiming() {
    return board.memoryTiming();
  }

  /**
   * {@return what a call of the board gives} Every call beside a run is made so: it may never
   * return.
   *
   * @param name what it does, for the message
   * @param bytes how many it moves or allocates
   * @param action the call, on another thread
   * @throws DeviceLostException if it takes too long, or the board is lost meanwhile
   */
  <T> T call(String name, long bytes, Supplier<T> action) {
    requireAlive();
    return noticingLoss(() -> calls.call(name, PATIENCE_MILLIS + transferMillis(bytes), action));
  }

  @Override
  public List<MemoryKind> memoryKinds() {
    return List.of(KIND);
  }

  @Override
  public DeviceMemory allocate(MemoryKind kind, long bytes) {
    return call(
        "allocating memory",
        bytes,
        () -> new XrtMemory(this, board.allocate(bytes, kernel.group()), true));
  }

  /** {@return memory of the board, counted until {@link #free} takes it} */
  BoardBuffer allocate(long bytes) {
    BoardBuffer buffer =
        call("allocating memory", bytes, () -> board.allocate(bytes, kernel.group()));
    counters.nativeBytes.add(bytes);
    return buffer;
  }

  /** Gives back what {@link #allocate(long)} gave. */
  void free(BoardBuffer buffer) {
    counters.nativeBytes.add(-buffer.bytes());
    release(buffer::close);
  }

  @Override
  public Optional<DeviceMemory> importHost(MemorySegment nativeSegment) {
    requireAlive();
    // What one thread alone may use is copied: the board has threads of its own.
    if (nativeSegment.address() % PAGE != 0 || !nativeSegment.isAccessibleBy(watch.thread())) {
      return Optional.empty();
    }
    return call("taking memory over", nativeSegment.byteSize(), () -> imported(nativeSegment));
  }

  private Optional<DeviceMemory> imported(MemorySegment nativeSegment) {
    try {
      return Optional.of(new XrtMemory(this, board.over(nativeSegment, kernel.group()), false));
    } catch (PluginException unable) {
      return Optional.empty();
    }
  }

  @Override
  public void claim(GraphView graph, ClaimContext claim, ClaimSink sink) {
    requireAlive();
    Claims.claim(graph, sink);
  }

  @Override
  public Program compile(Partition partition, CompileContext compile) {
    requireAlive();
    counters.compiles.increment();
    return noticingLoss(() -> new XrtProgram(partition, this, compile));
  }

  @Override
  public Stream openStream() {
    requireAlive();
    XrtStream stream = new XrtStream(this);
    streams.add(stream);
    counters.handles.increment();
    return stream;
  }

  void forget(XrtStream stream) {
    if (streams.remove(stream)) {
      counters.handles.decrement();
    }
  }

  /** {@return what an action gives; a loss that it meets is the loss of the device} */
  private <T> T noticingLoss(Supplier<T> action) {
    try {
      return action.get();
    } catch (DeviceLostException e) {
      lose(e);
      throw e;
    }
  }

  /**
   * Closes something of the board's. Where the board is gone that could hang: it is left to the end
   * of the process.
   */
  void release(Runnable close) {
    if (gone) {
      return;
    }
    try {
      calls.call(
          "closing a part of the board",
          PATIENCE_MILLIS + timeoutMillis,
          () -> {
            close.run();
            return true;
          });
    } catch (DeviceLostException e) {
      lose(e);
    } catch (HalyardException e) {
      context.log().log(System.Logger.Level.WARNING, "closing a part of the board failed", e);
    }
  }

  boolean isLost() {
    return lost != null;
  }

  /** {@return whether the board is lost other than on purpose, so that its calls may hang} */
  boolean isGone() {
    return gone;
  }

  void requireAlive() {
    String reason = lost;
    if (reason != null) {
      throw new DeviceLostException(reason);
    }
  }

  /** {@return whether the device fails at this submission, as {@link #loseAt} has asked} */
  boolean countSubmission() {
    return untilLoss.get() > 0 && untilLoss.decrementAndGet() == 0;
  }

  /** Fails as if the board were gone. */
  void loseOnPurpose() {
    declareLost("the FPGA board is lost, as a test asked; reopen it with Halyard.reopen");
  }

  /** The board is gone, unless it was lost before. */
  void lose(DeviceLostException cause) {
    lose(String.valueOf(cause.getMessage()));
  }

  private void lose(String reason) {
    if (lost == null) {
      gone = true;
      String whole = description.name() + " is lost: " + reason;
      declareLost(whole);
      calls.lose(whole);
    }
  }

  private void declareLost(String reason) {
    synchronized (this) {
      lost = lost == null ? reason : lost;
    }
    context.lost(reason);
    streams.forEach(XrtStream::wakeAll);
  }

  @Override
  public Optional<TestHooks> testHooks() {
    return Optional.of(this);
  }

  @Override
  public void loseAt(long ticket) {
    untilLoss.set(ticket);
  }

  @Override
  public long nativeBytes() {
    return counters.nativeBytes.sum();
  }

  @Override
  public long handles() {
    return counters.handles.sum();
  }

  @Override
  public long threads() {
    return counters.threads.sum();
  }

  @Override
  public long compiles() {
    return counters.compiles.sum();
  }

  @Override
  public void close() {
    // The runtime has closed them; should one be left, its work ends before the board does.
    streams.forEach(XrtStream::close);
    watch.close();
    calls.close();
    try {
      board.close();
    } catch (HalyardException e) {
      context.log().log(System.Logger.Level.WARNING, "closing the board failed", e);
    }
  }
}
