package dev.halyard.internal;

import dev.halyard.ArenaBusyException;
import dev.halyard.DType;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** The arena that runs can lease: its memory stays until the last lease is returned. */
public final class LeasedArena implements TensorArena {
  /** Cache lines and the widest vectors are 64 bytes. */
  public static final long ALIGNMENT = 64;

  private static final long CLOSING = 1L << 62;
  private static final long CLOSED = 1L << 63;
  private static final long LEASES = CLOSING - 1;
  private static final long POLL_NANOS = 20_000;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(LeasedArena.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Where a device wants the memory of its arenas to come from. */
  @FunctionalInterface
  public interface Backing {
    /**
     * {@return new zeroed memory whose lifetime is {@code owner}'s}
     *
     * @param owner the JDK's arena to allocate in
     * @param bytes the size
     * @param alignment a power of two
     */
    MemorySegment allocate(Arena owner, long bytes, long alignment);
  }

  /** Something that holds leases and can tell whether it still needs them. */
  @FunctionalInterface
  public interface Holder {
    /** Returns the leases of work that has ended but that nobody has waited for. */
    void settle();
  }

  private final InFlight inFlight = new InFlight();
  private final Set<Holder> holders = ConcurrentHashMap.newKeySet();
  private final Arena delegate;
  private final Duration drainTimeout;
  private final boolean closeable;
  private final Backing backing;

  /** The number of leases, with {@link #CLOSING} or {@link #CLOSED} set above them. */
  @SuppressWarnings("unused")
  private volatile long state;

  private LeasedArena(Arena delegate, Duration drainTimeout, boolean closeable, Backing backing) {
    this.delegate = delegate;
    this.drainTimeout = drainTimeout;
    this.closeable = closeable;
    this.backing = backing;
  }

  /** {@return a closeable arena in plain host memory} */
  public static LeasedArena shared(Duration drainTimeout) {
    return shared(drainTimeout, Arena::allocate);
  }

  /** {@return a closeable arena in memory of a device's choice} */
  public static LeasedArena shared(Duration drainTimeout, Backing backing) {
    return new LeasedArena(Arena.ofShared(), drainTimeout, true, backing);
  }

  /** {@return an arena freed by the garbage collector} */
  public static LeasedArena auto() {
    return new LeasedArena(Arena.ofAuto(), Duration.ZERO, false, Arena::allocate);
  }

  /** {@return whether this arena can be closed, so that constants in it must be copied} */
  public boolean isCloseable() {
    return closeable;
  }

  /** {@return the memory of this arena that submissions in flight use} */
  public InFlight inFlight() {
    return inFlight;
  }

  /** Adds somebody to ask, when this arena closes, whether leases can be returned. */
  public void register(Holder holder) {
    if (closeable) {
      holders.add(holder);
    }
  }

  /** Ends {@link #register}. */
  public void unregister(Holder holder) {
    holders.remove(holder);
  }

  /**
   * Takes a lease: until {@link #release}, the memory is not freed.
   *
   * @throws IllegalStateException if the arena is closed or closing; no lease is taken
   */
  public void acquire() {
    if (!closeable) {
      return;
    }
    long before = (long) STATE.getAndAdd(this, 1L);
    if (before < 0 || before >= CLOSING) {
      STATE.getAndAdd(this, -1L);
      throw refusal(before);
    }
  }

  private static IllegalStateException refusal(long state) {
    return new IllegalStateException(
        "the arena is " + (state < 0 ? "closed" : "being closed") + "; open another for new work");
  }

  /** Returns a lease. */
  public void release() {
    if (closeable) {
      STATE.getAndAdd(this, -1L);
    }
  }

  @Override
  public MemorySegment allocate(long bytes, long alignment) {
    long now = state;
    if (now < 0 || now >= CLOSING) {
      throw refusal(now);
    }
    try {
      return backing.allocate(delegate, bytes, Math.max(alignment, ALIGNMENT));
    } catch (OutOfMemoryError e) {
      throw new OutOfDeviceMemoryException(
          "the arena cannot allocate "
              + bytes
              + " bytes of native memory: "
              + e.getMessage()
              + "; ask for less, close other arenas, or raise -XX:MaxDirectMemorySize",
          e);
    }
  }

  @Override
  public Tensor allocate(DType dtype, long... shape) {
    long bytes =
        Math.multiplyExact(Shape.elements(Tensor.checkedShape(shape)), (long) dtype.bytes());
    return Tensor.wrap(this, allocate(bytes, ALIGNMENT), dtype, shape);
  }

  @Override
  public MemorySegment.Scope scope() {
    return delegate.scope();
  }

  @Override
  public void close() {
    if (!closeable) {
      throw new UnsupportedOperationException(
          "an automatic arena is freed by the garbage collector; use TensorArena.open() for one to"
              + " close");
    }
    long before = (long) STATE.getAndBitwiseOr(this, CLOSING);
    if (before < 0) {
      return;
    }
    if (!drained()) {
      throw new ArenaBusyException(
          "closing an arena: "
              + (state & LEASES)
              + " runs are still in flight after "
              + drainTimeout
              + "; its memory stays allocated, and close() may be called again");
    }
  }

  /** Waits for the leases to be returned; the one caller that turns CLOSING into CLOSED frees. */
  private boolean drained() {
    long deadline = System.nanoTime() + drainTimeout.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        holders.forEach(Holder::settle);
        if (STATE.compareAndSet(this, CLOSING, CLOSING | CLOSED)) {
          closeDelegate();
          return true;
        }
        if (state < 0) {
          return true;
        }
        if (System.nanoTime() - deadline >= 0) {
          return false;
        }
        LockSupport.parkNanos(POLL_NANOS);
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void closeDelegate() {
    try {
      delegate.close();
    } catch (IllegalStateException e) {
      // A channel or another downcall holds the segment: the arena is closing, not closed.
      STATE.getAndBitwiseAnd(this, ~CLOSED);
      throw new ArenaBusyException(
          "closing an arena: its memory is in use outside of Halyard ("
              + e.getMessage()
              + "); close() may be called again",
          e);
    }
  }
}
