package dev.halyard.fpga.xrt;

import dev.halyard.HalyardException;
import dev.halyard.fpga.xrt.binding.XrtSymbols;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handle of XRT's with those that depend on it, which are closed first: XRT ends the process over
 * one that is used after what it came from, or still open at the end.
 */
abstract class XrtHandle implements AutoCloseable {
  private final String name;
  private final MemorySegment handle;
  private final @Nullable XrtHandle parent;
  private final Object lock;
  private final List<XrtHandle> children = new ArrayList<>();

  // Closed by the garbage collector: a closed handle's memory may still be in another thread's
  // call.
  private final MemorySegment errno = XrtSymbols.allocateErrno(Arena.ofAuto());
  private volatile boolean open = true;

  /**
   * Takes over a handle.
   *
   * @param name what it is, for messages
   * @param handle not null
   * @param parent what it came from, if that is a handle
   */
  XrtHandle(String name, MemorySegment handle, @Nullable XrtHandle parent) {
    this.name = name;
    this.handle = handle;
    this.parent = parent;
    this.lock = parent == null ? this : parent.lock;
  }

  /** Closes a new handle with this one; called under the lock under which the child was made. */
  final <T extends XrtHandle> T adopt(T child) {
    children.add(child);
    return child;
  }

  /** {@return the handle; throws an IllegalStateException if it is closed} */
  final MemorySegment handle() {
    if (!open) {
      throw new IllegalStateException(name + " is closed");
    }
    return handle;
  }

  /** {@return where this handle's calls leave errno} */
  final MemorySegment errno() {
    return errno;
  }

  /**
   * {@return what depends on this, in the order in which it is to be closed: the last one first}
   */
  List<XrtHandle> dependents() {
    return children.reversed();
  }

  /** Waits for what is under way; if it throws, this stays open, and what it came from too. */
  void settle() {}

  /** Gives the handle back to XRT; nothing depends on it any more. */
  abstract void release(MemorySegment handle);

  /** {@return what calls that make or close handles are made under} */
  final Object lock() {
    return lock;
  }

  /** Closes this and its dependents; what fails does not keep the others from being closed. */
  @Override
  public final void close() {
    synchronized (lock) {
      if (!open) {
        return;
      }
      List<HalyardException> failures = new ArrayList<>();
      for (XrtHandle dependent : List.copyOf(dependents())) {
        attempt(dependent::close, failures);
      }
      if (children.isEmpty()) {
        attempt(this::closeAlone, failures);
      }
      if (!failures.isEmpty()) {
        HalyardException first = failures.removeFirst();
        failures.forEach(first::addSuppressed);
        throw first;
      }
    }
  }

  private void closeAlone() {
    settle();
    open = false;
    if (parent != null) {
      parent.children.remove(this);
    }
    release(handle);
  }

  private static void attempt(Runnable step, List<HalyardException> failures) {
    try {
      step.run();
    } catch (HalyardException e) {
      failures.add(e);
    }
  }

  @Override
  public final String toString() {
    return name;
  }
}
