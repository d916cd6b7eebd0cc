package dev.halyard.fpga.emulator;

import dev.halyard.PluginException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A compute unit at its address, and the thread that turns its clock while it runs. The words below
 * {@link #ARGUMENTS} are the slot's: it starts the unit and waits for its interrupt, and the host
 * asks the slot how far the unit is, so that how often it asks changes nothing about the run. The
 * host's wish for interrupts is not heard, as sw_emu has none.
 *
 * <p>One thread calls, beside the slot's own.
 */
final class UnitSlot implements AutoCloseable {
  /** The offset of the first argument; below are control, and three words about interrupts. */
  static final int ARGUMENTS = 0x10;

  private static final int CONTROL = 0x0;
  private static final int GLOBAL_INTERRUPT_ENABLE = 0x4;
  private static final int INTERRUPT_ENABLE = 0x8;
  private static final int INTERRUPT_STATUS = 0xC;

  /** The bit of CONTROL that starts, and that says busy when read. */
  private static final int START = 1;

  /** The bit of the interrupt registers for the end of a run. */
  private static final int RUN_ENDED = 1;

  /** How many cycles are turned before others may reach the unit. */
  private static final long CYCLES_AT_A_TIME = 1000;

  private static final Duration CLOSE = Duration.ofSeconds(5);

  /** How far the unit is, and what CONTROL then reads as (ap_ctrl_hs). */
  private enum State {
    BUSY(START),
    /** Done and idle, until the host has seen it. */
    DONE(6),
    IDLE(4);

    private final int control;

    State(int control) {
      this.control = control;
    }
  }

  private final UnitSpec spec;
  private final Unit unit;
  private final Events events;
  // Fair: a host that asks for registers during a run gets its turn.
  private final ReentrantLock lock = new ReentrantLock(true);
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private final Semaphore starts = new Semaphore(0);
  // What the words of the unit's arguments hold, where that is known.
  private final int[] words = new int[UnitSpec.RANGE / Integer.BYTES];
  private final BitSet known = new BitSet();
  private final Thread runner;
  private volatile boolean closed;

  UnitSlot(UnitSpec spec, Unit unit, Events events) {
    this.spec = spec;
    this.unit = unit;
    this.events = events;
    unit.reset();
    unit.write(GLOBAL_INTERRUPT_ENABLE, 1);
    unit.write(INTERRUPT_ENABLE, RUN_ENDED);
    runner = Thread.ofPlatform().daemon().name("unit-" + spec.name()).start(this::run);
  }

  UnitSpec spec() {
    return spec;
  }

  /** {@return whether an address is one of the unit's} */
  boolean holds(long address) {
    return address >= spec.address() && address - spec.address() < UnitSpec.RANGE;
  }

  /**
   * Writes words to the registers.
   *
   * @param offset of the first, a multiple of 4
   * @param data whole words in the unit's byte order, which do not end outside the range
   * @return whether they ask for a start, which the caller then sees to
   */
  boolean write(int offset, ByteBuffer data) {
    boolean start = false;
    lock.lock();
    try {
      for (int at = offset; data.hasRemaining(); at += Integer.BYTES) {
        int value = data.getInt();
        if (at == CONTROL) {
          start = (value & START) != 0;
        } else if (at >= ARGUMENTS) {
          writeArgument(at, value);
        }
      }
    } finally {
      lock.unlock();
    }
    return start;
  }

  /** Registers cost cycles to write, and the shim writes all of them twice for each run. */
  private void writeArgument(int offset, int value) {
    int index = offset / Integer.BYTES;
    if (known.get(index) && words[index] == value) {
      return;
    }
    unit.write(offset, value);
    words[index] = value;
    known.set(index);
  }

  /**
   * Reads words from the registers.
   *
   * @param offset of the first, a multiple of 4
   * @param data room for whole words, which do not end outside the range
   */
  void read(int offset, ByteBuffer data) {
    for (int at = offset; data.hasRemaining(); at += Integer.BYTES) {
      data.putInt(at == CONTROL ? control() : at < ARGUMENTS ? 0 : readArgument(at));
    }
  }

  private int control() {
    State now = state.get();
    if (now == State.DONE) {
      state.set(State.IDLE);
    }
    return now.control;
  }

  private int readArgument(int offset) {
    lock.lock();
    try {
      return unit.read(offset);
    } finally {
      lock.unlock();
    }
  }

  /** {@return whether it runs} */
  boolean isBusy() {
    return state.get() == State.BUSY;
  }

  /** Lets the memory do something wrong in the run that comes next. */
  void fail(UnitFault fault) {
    lock.lock();
    try {
      unit.fault(fault);
    } finally {
      lock.unlock();
    }
  }

  /** Starts the unit, which is not busy. */
  void start() {
    state.set(State.BUSY);
    starts.release();
  }

  /** Leaves the unit, which is not busy, busy for ever. */
  void stick() {
    state.set(State.BUSY);
  }

  private void run() {
    while (true) {
      starts.acquireUninterruptibly();
      if (closed) {
        return;
      }
      try {
        runOnce();
      } catch (PluginException e) {
        events.say(Event.REFUSED, spec.name() + " will stay busy: " + e.getMessage());
      }
    }
  }

  private void runOnce() {
    lock.lock();
    try {
      unit.write(CONTROL, START);
    } finally {
      lock.unlock();
    }
    while (!closed) {
      lock.lock();
      try {
        unit.step(CYCLES_AT_A_TIME);
        if (unit.interrupt()) {
          // Reading clears "done"; writing toggles, and so clears, what the interrupt is for.
          unit.read(CONTROL);
          unit.write(INTERRUPT_STATUS, RUN_ENDED);
          state.set(State.DONE);
          return;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** Ends the thread, wherever the run is, and closes the unit. */
  @Override
  public void close() {
    closed = true;
    starts.release();
    try {
      if (runner.join(CLOSE)) {
        unit.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
