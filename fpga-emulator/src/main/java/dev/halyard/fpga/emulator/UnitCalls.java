package dev.halyard.fpga.emulator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.util.Objects.requireNonNull;

import dev.halyard.PluginException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls the functions of {@code unit.h} in a library. */
final class UnitCalls {
  private static final int ABI = 1;

  private final Path file;
  private final SymbolLookup library;
  private final Map<String, MethodHandle> functions = new HashMap<>();

  private UnitCalls(Path file, SymbolLookup library) {
    this.file = file;
    this.library = library;
    returning(JAVA_INT, "unit_abi");
    returning(ADDRESS, "unit_open");
    returning(null, "unit_close", ADDRESS);
    returning(null, "unit_reset", ADDRESS);
    returning(JAVA_INT, "unit_attach_mem", ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG);
    returning(null, "unit_timing", ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    returning(JAVA_INT, "unit_mmio_write", ADDRESS, JAVA_INT, JAVA_INT);
    returning(JAVA_INT, "unit_mmio_read", ADDRESS, JAVA_INT, ADDRESS);
    returning(JAVA_LONG, "unit_step", ADDRESS, JAVA_LONG);
    returning(JAVA_LONG, "unit_cycles", ADDRESS);
    returning(JAVA_INT, "unit_irq", ADDRESS);
    returning(null, "unit_fault", ADDRESS, JAVA_INT);
    returning(JAVA_LONG, "unit_transactions", ADDRESS);
    returning(JAVA_LONG, "unit_violations", ADDRESS, ADDRESS, JAVA_LONG);
  }

  /**
   * {@return the functions of a library}
   *
   * @param file the library
   * @param arena until whose end it stays loaded
   * @throws PluginException if it can't be loaded, or has other functions
   */
  static UnitCalls load(Path file, Arena arena) {
    UnitCalls calls;
    try {
      calls = new UnitCalls(file, SymbolLookup.libraryLookup(file, arena));
    } catch (IllegalArgumentException e) {
      throw new PluginException(file + " is no library of a compute unit; delete it", e);
    }
    int abi = calls.integer("unit_abi");
    if (abi != ABI) {
      throw new PluginException(
          file + " has version " + abi + " of unit.h, " + ABI + " is wanted; delete it");
    }
    return calls;
  }

  private void returning(@Nullable MemoryLayout result, String name, MemoryLayout... parameters) {
    MemorySegment address =
        library
            .find(name)
            .orElseThrow(() -> new PluginException(file + " lacks " + name + "; delete it"));
    FunctionDescriptor type =
        result == null
            ? FunctionDescriptor.ofVoid(parameters)
            : FunctionDescriptor.of(result, parameters);
    functions.put(name, Linker.nativeLinker().downcallHandle(address, type));
  }

  MemorySegment address(String function, Object... arguments) {
    return (MemorySegment) call(function, arguments);
  }

  int integer(String function, Object... arguments) {
    return (int) call(function, arguments);
  }

  long wide(String function, Object... arguments) {
    return (long) call(function, arguments);
  }

  void run(String function, Object... arguments) {
    call(function, arguments);
  }

  // By array, since a call takes far longer to turn the clock than to box a few numbers.
  private Object call(String function, Object... arguments) {
    MethodHandle handle = requireNonNull(functions.get(function), function);
    try {
      return handle.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("native functions throw no exceptions", e);
    }
  }
}
