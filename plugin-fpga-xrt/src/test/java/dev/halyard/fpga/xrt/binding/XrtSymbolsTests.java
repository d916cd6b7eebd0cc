package dev.halyard.fpga.xrt.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.PluginException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

class XrtSymbolsTests {
  @Test
  void aCallWithoutALibraryFailsAndSaysWhichFunctionWasCalled() {
    PluginException failure =
        assertThrows(PluginException.class, () -> xrt_h.xrtRunState(MemorySegment.NULL));
    assertTrue(failure.getMessage().contains("xrtRunState"), failure.getMessage());
    // Not only the first time, as a failed initialisation of the holder would.
    assertThrows(PluginException.class, () -> xrt_h.xrtRunState(MemorySegment.NULL));
  }

  @Test
  void callsThatAreMadeForTheirArgumentsFailAlikeWithoutALibrary() {
    MethodHandle call = xrt_h.xrtRunSetArg(ValueLayout.JAVA_INT);
    PluginException failure =
        assertThrows(
            PluginException.class, () -> call.invoke(MemorySegment.NULL, MemorySegment.NULL, 0, 1));
    assertTrue(failure.getMessage().contains("xrtRunSetArg"), failure.getMessage());
  }

  @Test
  void errnoIsThatOfTheCall() throws Throwable {
    MethodHandle chdir =
        XrtSymbols.capturing(
            "chdir",
            Linker.nativeLinker().defaultLookup().findOrThrow("chdir"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = XrtSymbols.allocateErrno(arena);
      int code = (int) chdir.invokeExact(errno, arena.allocateFrom("/no/such/folder"));
      assertEquals(-1, code);
      assertEquals(2, XrtSymbols.errno(errno), "ENOENT");
    }
  }

  @Test
  void variadicArgumentsArriveAsC() throws Throwable {
    MethodHandle print =
        XrtSymbols.variadic(
            "snprintf",
            Linker.nativeLinker().defaultLookup().findOrThrow("snprintf"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(64);
      int length =
          (int)
              print.invokeExact(
                  XrtSymbols.allocateErrno(arena),
                  text,
                  64L,
                  arena.allocateFrom("%d %ld"),
                  -3,
                  1L << 40);
      assertEquals("-3 1099511627776", text.getString(0));
      assertEquals(16, length);
    }
  }
}
