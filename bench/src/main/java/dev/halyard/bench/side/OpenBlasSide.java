package dev.halyard.bench.side;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.halyard.bench.side.BenchCase.Sgemm;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** {@code cblas_sgemm} of OpenBLAS. */
final class OpenBlasSide implements Side {
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANSPOSE = 111;
  private static final int CACHE_LINE = 64;
  private static final AddressLayout STRING =
      ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(1024, ValueLayout.JAVA_BYTE));

  private final Arena arena = Arena.ofConfined();
  private final Sgemm sgemm;
  private final Native openBlas;
  private final MethodHandle multiply;
  private final MemorySegment a;
  private final MemorySegment b;
  private final MemorySegment c;

  private OpenBlasSide(Native openBlas, Sgemm sgemm) {
    this.openBlas = openBlas;
    this.sgemm = sgemm;
    this.multiply =
        openBlas.handle(
            "cblas_sgemm",
            FunctionDescriptor.ofVoid(
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT));
    this.a = aligned(Inputs.left(sgemm));
    this.b = aligned(Inputs.right(sgemm));
    this.c = aligned(new float[sgemm.m() * sgemm.n()]);
  }

  private MemorySegment aligned(float... values) {
    return arena
        .allocate((long) values.length * Float.BYTES, CACHE_LINE)
        .copyFrom(MemorySegment.ofArray(values));
  }

  static OpenBlasSide open(Sgemm sgemm, int threads) {
    SymbolLookup library = SymbolLookup.libraryLookup(OpenBlasLibrary.extracted(), Arena.global());
    OpenBlasSide side = new OpenBlasSide(new Native(library), sgemm);
    side.useThreads(threads);
    return side;
  }

  private void useThreads(int threads) {
    MethodHandle set =
        openBlas.handle("openblas_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT));
    try {
      set.invokeExact(threads);
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  @Override
  public String description() {
    MethodHandle config = openBlas.handle("openblas_get_config", FunctionDescriptor.of(STRING));
    MethodHandle core = openBlas.handle("openblas_get_corename", FunctionDescriptor.of(STRING));
    MethodHandle threads = openBlas.function("openblas_get_num_threads");
    try {
      return ((MemorySegment) config.invokeExact()).getString(0)
          + ", core "
          + ((MemorySegment) core.invokeExact()).getString(0)
          + ", threads "
          + (int) threads.invokeExact();
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  @Override
  public void run() {
    int m = sgemm.m();
    int n = sgemm.n();
    int k = sgemm.k();
    try {
      multiply.invokeExact(
          ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, m, n, k, 1f, a, k, b, n, 0f, c, n);
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  @Override
  public float[] output() {
    return Native.floats(c);
  }

  @Override
  public void close() {
    arena.close();
  }
}
