package dev.halyard.fpga.xrt.binding;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/** Links functions as the bindings do, for tests of other packages. */
public final class TestSymbols {
  private TestSymbols() {}

  /** {@return the call of a function that the library may lack} */
  public static MethodHandle link(String function, FunctionDescriptor type) {
    return XrtSymbols.plain(function, XrtSymbols.find(function), type);
  }
}
