package dev.halyard.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.function.Function;

/** The environment of this process as native code sees it, which Java alone cannot change. */
final class ProcessEnvironment {
  private ProcessEnvironment() {}

  /**
   * Sets a variable for native code, unless the user has set it.
   *
   * @param name the variable
   * @param value its value
   * @param environment what the user has set
   */
  static void setUnlessSet(
      String name, String value, Function<String, Optional<String>> environment) {
    if (environment.apply(name).isPresent()) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle setenv =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setenv"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      // The last argument: what is there stays, should Java's copy be older than the process's.
      int code = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 0);
      if (code != 0) {
        throw new IllegalStateException("setenv of " + name + " gave " + code);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("setenv of " + name + " failed", e);
    }
  }
}
