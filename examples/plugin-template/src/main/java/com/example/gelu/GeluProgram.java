package com.example.gelu;

import dev.halyard.Dims;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Region;
import dev.halyard.spi.RegionwiseProgram;
import dev.halyard.spi.TextSink;
import dev.halyard.spi.ValueView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** A kernel per region; each region is one GELU, for that is all that was claimed. */
final class GeluProgram extends RegionwiseProgram {
  GeluProgram(Partition partition) {
    super(partition);
  }

  @Override
  protected Binding bindRegion(
      Region region, List<MemorySlice> in, List<MemorySlice> out, Dims dims) {
    return new Kernel(in.getFirst().segment(), out.getFirst().segment());
  }

  @Override
  protected MemorySlice constant(ValueView value) {
    throw new IllegalStateException("the GELU of a constant is folded before it is claimed");
  }

  @Override
  public void describe(TextSink out) {
    out.section("kernels", partition().regions().size() + " loops over F32, computed in F64");
  }

  @Override
  public void close() {}

  /** One loop, with everything resolved. */
  record Kernel(MemorySegment x, MemorySegment y) implements Binding {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    void run() {
      for (long i = 0; i < x.byteSize() / Float.BYTES; i++) {
        y.setAtIndex(FLOAT, i, (float) gelu(x.getAtIndex(FLOAT, i)));
      }
    }

    private static double gelu(double x) {
      return x / 2 * (1 + erf(x / Math.sqrt(2)));
    }

    /** Abramowitz and Stegun, formula 7.1.26: the absolute error is at most 1.5e-7. */
    private static double erf(double x) {
      double t = 1 / (1 + 0.3275911 * Math.abs(x));
      double polynomial =
          t
              * (0.254829592
                  + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
      return Math.copySign(1 - polynomial * Math.exp(-x * x), x);
    }
  }
}
