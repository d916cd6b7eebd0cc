package dev.halyard.runtime.isolate;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Ends this process by the system call alone. {@link Runtime#halt} calls the C library's {@code
 * exit}, and so the destructors of a vendor's library, which may wait for ever for a device that is
 * gone.
 */
final class ImmediateEnd {
  private ImmediateEnd() {}

  static void now() {
    Linker linker = Linker.nativeLinker();
    linker
        .defaultLookup()
        .find("_exit")
        .map(
            address ->
                linker.downcallHandle(address, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)))
        .ifPresent(ImmediateEnd::exit);
    Runtime.getRuntime().halt(0);
  }

  private static void exit(MethodHandle exit) {
    try {
      exit.invokeExact(0);
    } catch (Throwable e) {
      throw new AssertionError("native functions throw no exceptions", e);
    }
  }
}
