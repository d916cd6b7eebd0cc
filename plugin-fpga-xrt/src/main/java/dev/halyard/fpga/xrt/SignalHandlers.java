package dev.halyard.fpga.xrt;

import dev.halyard.fpga.xrt.binding.signal_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The signal handlers of this process. XRT sets its own for SIGSEGV, SIGFPE and others when it
 * loads a board; the JVM lives on its own, which turn such signals into exceptions.
 */
final class SignalHandlers {
  /** Signals beyond are those of real time, which neither the JVM nor XRT handles. */
  private static final int LAST = 31;

  private static final long BYTES = signal_h.SIGACTION.byteSize();

  /** The handler and the kernel's part of the mask, 64 signals; glibc leaves the rest to chance. */
  private static final long KERNEL_BYTES = 2L * Long.BYTES;

  /** A flag of the kernel's, in no header of glibc, which adds it to handlers on x86-64. */
  private static final int SA_RESTORER = 0x0400_0000;

  private static final long FLAGS =
      signal_h.SIGACTION.byteOffset(MemoryLayout.PathElement.groupElement("sa_flags"));

  private final MemorySegment saved = allocate();

  private SignalHandlers() {
    read(saved);
  }

  /** {@return the handlers there are now} */
  static SignalHandlers save() {
    return new SignalHandlers();
  }

  /**
   * Does what may replace handlers, and puts back those there were. One thread at a time: another
   * would take what is replaced for what was there.
   *
   * @param action what to do
   * @return what it returns
   */
  static synchronized <T> T keep(Supplier<T> action) {
    SignalHandlers before = save();
    try {
      return action.get();
    } finally {
      before.restore();
    }
  }

  /** Puts the handlers back. */
  void restore() {
    for (int signal = 1; signal <= LAST; signal++) {
      if (hasHandler(signal)) {
        call(signal, slot(saved, signal), MemorySegment.NULL);
      }
    }
  }

  /** {@return the numbers of the signals whose handlers are others now} */
  List<Integer> replaced() {
    MemorySegment now = allocate();
    read(now);
    List<Integer> signals = new ArrayList<>();
    for (int signal = 1; signal <= LAST; signal++) {
      if (isReplaced(slot(saved, signal), slot(now, signal))) {
        signals.add(signal);
      }
    }
    return signals;
  }

  private static boolean isReplaced(MemorySegment before, MemorySegment now) {
    int flags = before.get(ValueLayout.JAVA_INT, FLAGS) ^ now.get(ValueLayout.JAVA_INT, FLAGS);
    return MemorySegment.mismatch(before, 0, KERNEL_BYTES, now, 0, KERNEL_BYTES) >= 0
        || (flags & ~SA_RESTORER) != 0;
  }

  private static MemorySegment allocate() {
    return Arena.ofAuto().allocate(signal_h.SIGACTION, LAST + 1);
  }

  private static void read(MemorySegment into) {
    for (int signal = 1; signal <= LAST; signal++) {
      if (hasHandler(signal)) {
        call(signal, MemorySegment.NULL, slot(into, signal));
      }
    }
  }

  private static void call(int signal, MemorySegment handler, MemorySegment before) {
    int code = signal_h.sigaction(signal, handler, before);
    if (code != 0) {
      throw new IllegalStateException("sigaction of signal " + signal + " gave " + code);
    }
  }

  private static boolean hasHandler(int signal) {
    return signal != signal_h.SIGKILL && signal != signal_h.SIGSTOP;
  }

  private static MemorySegment slot(MemorySegment all, int signal) {
    return all.asSlice(signal * BYTES, BYTES);
  }
}
