package dev.halyard.fpga.xrt.binding;

import dev.halyard.PluginException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The library behind {@link xrt_h}, and how its functions are linked: a symbol that is missing
 * costs nothing until it is called.
 */
public final class XrtSymbols {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle ABSENT = absentHandle();

  private static volatile @Nullable Library library;

  private record Library(String name, SymbolLookup symbols) {}

  private XrtSymbols() {}

  /**
   * Names the library to take functions from. Each function is looked up once, so that the first
   * library named stays; others are ignored.
   *
   * @param name the library, for messages
   * @param symbols its symbols, for the rest of the process
   */
  public static synchronized void use(String name, SymbolLookup symbols) {
    if (library == null) {
      library = new Library(name, symbols);
    }
  }

  /** {@return memory for the errno of calls; one caller at a time} */
  public static MemorySegment allocateErrno(Arena arena) {
    return arena.allocate(CAPTURED);
  }

  /** {@return the errno that a call has left in such memory} */
  public static int errno(MemorySegment captured) {
    return (int) ERRNO.get(captured, 0L);
  }

  /** {@return the address of a function; null where the library lacks it} */
  static MemorySegment find(String function) {
    Library used = library;
    return used == null
        ? MemorySegment.NULL
        : used.symbols().find(function).orElse(MemorySegment.NULL);
  }

  static MethodHandle plain(String function, MemorySegment address, FunctionDescriptor type) {
    return link(function, address, type);
  }

  /** {@return the call of a function, with memory for errno before its arguments} */
  static MethodHandle capturing(String function, MemorySegment address, FunctionDescriptor type) {
    return link(function, address, type, Linker.Option.captureCallState("errno"));
  }

  /** {@return the call of a function with variadic arguments, with memory for errno first} */
  static MethodHandle variadic(
      String function, MemorySegment address, FunctionDescriptor fixed, MemoryLayout... variadic) {
    return link(
        function,
        address,
        fixed.appendArgumentLayouts(variadic),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed.argumentLayouts().size()));
  }

  private static MethodHandle link(
      String function, MemorySegment address, FunctionDescriptor type, Linker.Option... options) {
    MethodHandle call = LINKER.downcallHandle(type, options);
    if (address.equals(MemorySegment.NULL)) {
      MethodType wanted = call.type().dropParameterTypes(0, 1);
      MethodHandle thrower =
          ABSENT.bindTo(function).asType(MethodType.methodType(wanted.returnType()));
      return MethodHandles.dropArguments(thrower, 0, wanted.parameterList());
    }
    return call.bindTo(address);
  }

  private static MethodHandle absentHandle() {
    try {
      return MethodHandles.lookup()
          .findStatic(
              XrtSymbols.class, "absent", MethodType.methodType(Object.class, String.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // ABSENT
  private static Object absent(String function) {
    Library used = library;
    throw new PluginException(
        used == null
            ? "XRT's " + function + " is called and no library was loaded before"
            : "the XRT library "
                + used.name()
                + " has no function "
                + function
                + "; install XRT 2.13 or later, such as the package libxrt1");
  }

  /**
   * {@return never}
   *
   * @param thrown what a call threw, which is thrown again: the failure of a function that the
   *     library lacks, or a bug
   */
  public static AssertionError thrown(Throwable thrown) {
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return new AssertionError("a downcall threw", thrown);
  }
}
