package dev.halyard.bench.side;

import dev.halyard.bench.side.BenchCase.Sgemm;

/** Makes a side ready. */
final class Sides {
  private static final String CPU = "cpu:0";

  private Sides() {}

  /**
   * {@return the side, ready to run}
   *
   * @throws SideAbsentException if it is not installed, or the case is none of its
   */
  static Side open(SideRequest request) {
    BenchCase wanted = request.benchCase();
    return switch (request.side()) {
      case HALYARD -> HalyardSide.open(wanted, request.device());
      case CPU_PLUGIN -> HalyardSide.open(wanted, CPU);
      case OPENBLAS -> OpenBlasSide.open(sgemm(request), request.threads());
      case CLBLAST -> ClBlastSide.open(sgemm(request), request.deviceName());
      case ONNX_RUNTIME -> onnxRuntime(wanted, request.threads());
      case C_OPENCL, C_XRT, PYTORCH, TORCH_COMPILE ->
          throw new SideAbsentException("is a program of its own");
    };
  }

  private static Side onnxRuntime(BenchCase wanted, int threads) {
    try {
      return OnnxRuntimeSide.open(wanted, threads);
    } catch (NoClassDefFoundError e) {
      throw new SideAbsentException("com.microsoft.onnxruntime is not on the class path");
    }
  }

  private static Sgemm sgemm(SideRequest request) {
    if (request.benchCase() instanceof Sgemm sgemm) {
      return sgemm;
    }
    throw new SideAbsentException(
        request.side().id() + " multiplies matrices and runs no " + request.benchCase().id());
  }
}
