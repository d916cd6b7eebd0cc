package dev.halyard.bench.side;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.halyard.bench.side.BenchCase.Sgemm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/** {@code CLBlastSgemm} on buffers of an OpenCL device, to the end of the queue. */
final class ClBlastSide implements Side {
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANSPOSE = 111;

  private final Arena arena = Arena.ofConfined();
  private final OpenCl openCl;
  private final MethodHandle multiply;
  private final Sgemm sgemm;
  private final MemorySegment a;
  private final MemorySegment b;
  private final MemorySegment c;
  private final MemorySegment queue;

  private ClBlastSide(OpenCl openCl, Native clBlast, Sgemm sgemm) {
    this.openCl = openCl;
    this.sgemm = sgemm;
    this.multiply =
        clBlast.function(
            "CLBlastSgemm",
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_FLOAT,
            ADDRESS,
            JAVA_LONG,
            JAVA_LONG,
            ADDRESS,
            ADDRESS);
    this.a = openCl.buffer(Inputs.left(sgemm));
    this.b = openCl.buffer(Inputs.right(sgemm));
    this.c = openCl.buffer(new float[sgemm.m() * sgemm.n()]);
    this.queue = arena.allocateFrom(ADDRESS, openCl.queue());
  }

  static ClBlastSide open(Sgemm sgemm, String deviceName) {
    SymbolLookup library = OpenCl.library("libclblast.so.1", "libclblast1 pocl-opencl-icd");
    return new ClBlastSide(OpenCl.open(deviceName), new Native(library), sgemm);
  }

  @Override
  public String description() {
    return "CLBlast on " + openCl.deviceName();
  }

  @Override
  public void run() {
    long m = sgemm.m();
    long n = sgemm.n();
    long k = sgemm.k();
    try {
      OpenCl.check(
          "CLBlastSgemm",
          (int)
              multiply.invokeExact(
                  ROW_MAJOR,
                  NO_TRANSPOSE,
                  NO_TRANSPOSE,
                  m,
                  n,
                  k,
                  1f,
                  a,
                  0L,
                  k,
                  b,
                  0L,
                  n,
                  0f,
                  c,
                  0L,
                  n,
                  queue,
                  MemorySegment.NULL));
    } catch (Throwable e) {
      throw Native.failure(e);
    }
    openCl.finish();
  }

  @Override
  public float[] output() {
    return openCl.read(c, sgemm.m() * sgemm.n());
  }

  @Override
  public void close() {
    openCl.close();
    arena.close();
  }
}
