package dev.halyard.fpga.xrt;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Notices that a call of XRT's does not return: against a board whose process hangs, XRT keeps no
 * limits. One step is under way at a time.
 */
final class RunWatch implements AutoCloseable {
  private static final long SLICE_MILLIS = 100;

  private final Consumer<String> lost;
  private final Thread thread;

  /** Changes with each step; the end of a step is 0. */
  private final AtomicLong step = new AtomicLong();

  private long steps;
  private volatile String what = "";
  private volatile long limitMillis;

  /**
   * Starts to watch.
   *
   * @param lost told once, why, on a thread of its own
   */
  RunWatch(Consumer<String> lost) {
    this.lost = lost;
    thread = Thread.ofPlatform().daemon().name("halyard-xrt-watch").start(this::watch);
  }

  /** {@return the thread that watches} */
  Thread thread() {
    return thread;
  }

  /**
   * A step begins, in place of the one before.
   *
   * @param name what it does, for the message
   * @param millis how long it may take
   */
  void begin(String name, long millis) {
    what = name;
    limitMillis = millis;
    step.set(++steps);
  }

  /** No step is under way. */
  void end() {
    step.set(0);
  }

  /** Counts slices, not time: a process that was stopped meanwhile loses one, not all. */
  private void watch() {
    long seen = 0;
    long millis = 0;
    while (!Thread.currentThread().isInterrupted()) {
      long now = step.get();
      millis = now == seen ? millis + SLICE_MILLIS : 0;
      seen = now;
      if (now != 0 && millis > limitMillis) {
        lost.accept(what + " did not return within " + limitMillis + " ms");
        return;
      }
      try {
        Thread.sleep(SLICE_MILLIS);
      } catch (InterruptedException closed) {
        return;
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
