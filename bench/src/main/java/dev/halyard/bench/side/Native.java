package dev.halyard.bench.side;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Calls functions of a native library. */
final class Native {
  private final SymbolLookup library;

  Native(SymbolLookup library) {
    this.library = library;
  }

  /** {@return a handle of a function that returns an {@code int}} */
  MethodHandle function(String name, MemoryLayout... parameters) {
    return handle(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
  }

  MethodHandle handle(String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
  }

  /** {@return what to throw in place of what a call through a handle has thrown} */
  static IllegalStateException failure(Throwable thrown) {
    return thrown instanceof IllegalStateException failed
        ? failed
        : new IllegalStateException("a native call failed: " + thrown, thrown);
  }

  static MemorySegment floats(SegmentAllocator memory, float... values) {
    return memory.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  static float[] floats(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_FLOAT);
  }
}
