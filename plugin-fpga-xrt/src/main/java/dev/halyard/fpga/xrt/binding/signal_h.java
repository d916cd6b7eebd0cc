package dev.halyard.fpga.xrt.binding;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** What {@code signal.h} of glibc says about handlers, on x86-64 and on 64-bit ARM. */
@SuppressWarnings("MemberName") // names are those of C
public final class signal_h {
  /** {@code SIGKILL}, which has no handler. */
  public static final int SIGKILL = 9;

  /** {@code SIGSTOP}, which has no handler. */
  public static final int SIGSTOP = 19;

  /** {@code struct sigaction}. */
  public static final StructLayout SIGACTION =
      MemoryLayout.structLayout(
              ValueLayout.JAVA_LONG.withName("sa_handler"),
              MemoryLayout.sequenceLayout(16, ValueLayout.JAVA_LONG).withName("sa_mask"),
              ValueLayout.JAVA_INT.withName("sa_flags"),
              MemoryLayout.paddingLayout(4),
              ValueLayout.JAVA_LONG.withName("sa_restorer"))
          .withName("sigaction");

  private signal_h() {}

  static final class sigaction {
    static final FunctionDescriptor DESC =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    static final MemorySegment ADDR =
        Linker.nativeLinker().defaultLookup().findOrThrow("sigaction");
    static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(ADDR, DESC);

    private sigaction() {}
  }

  /** Sets the handler of a signal, unless {@code handler} is null, and gives the one before. */
  public static int sigaction(int signal, MemorySegment handler, MemorySegment before) {
    try {
      return (int) sigaction.HANDLE.invokeExact(signal, handler, before);
    } catch (Throwable e) {
      throw XrtSymbols.thrown(e);
    }
  }
}
