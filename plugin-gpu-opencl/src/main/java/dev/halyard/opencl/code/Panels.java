package dev.halyard.opencl.code;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The right matrices of a product as {@link RegisterTile} reads them best: by panels of columns.
 * Rows of a plain matrix are a power of two apart more often than not, and then meet in few sets of
 * a cache.
 *
 * @param where the panels lie
 * @param layout how
 * @param batch how far the matrices move along each axis of the batch, in elements
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Panels(Operand where, PanelLayout layout, long[] batch) {
  /** A smaller matrix stays in the first cache, however it lies. */
  private static final long LEAST_BYTES = 64 * 1024;

  /** With fewer rows, an input is read too seldom to be moved for it. */
  private static final long LEAST_ROWS = 256;

  /** Rows a multiple of this apart meet in the same sets of a first-level cache. */
  private static final long MEETING_BYTES = 4096;

  private static final int WIDEST_COPY = 16;

  /** {@return whether it pays to lay out the right matrices of a product} */
  static boolean pay(Product product, long width) {
    Operand b = product.b();
    boolean large = product.k() * product.n() * b.dtype().bytes() >= LEAST_BYTES;
    boolean constant = b.where().constant() != null;
    boolean meeting = product.n() * b.dtype().bytes() % MEETING_BYTES == 0;
    boolean moved = meeting && product.m() >= LEAST_ROWS;
    return large && product.n() >= width && (constant || moved);
  }

  /** {@return the panels of a product: of a constant once, of anything else by a launch more} */
  static Panels of(Product product, long width) {
    Operand b = product.b();
    long plain = product.k() * product.n();
    PanelLayout layout =
        new PanelLayout(b.elements() / plain, product.k(), product.n(), width, b.dtype().bytes());
    long[] batch =
        Arrays.stream(product.bBatch())
            .map(step -> step / plain * layout.matrixElements())
            .toArray();
    MemorySegment constant = b.where().constant();
    if (constant != null) {
      Location packed = Location.constant(constant, layout);
      return new Panels(new Operand(packed, b.dtype(), layout.matrices()), layout, batch);
    }
    Operand packed =
        product.host().temporary(b.dtype(), layout.matrices(), layout.matrixElements());
    launch(product, packed, layout);
    return new Panels(packed, layout, batch);
  }

  private static void launch(Product product, Operand packed, PanelLayout layout) {
    KernelText kernel = new KernelText();
    String from = kernel.readBits(product.b());
    String to = kernel.writeBits(packed);
    kernel.add(
        """
          const ulong panel = get_global_id(0);
          const ulong matrix = get_global_id(1);
          const ulong column = panel * %1$d;
          global const %2$s *row = %3$s + matrix * %4$d + column;
          global %2$s *packed = %5$s + matrix * %6$d + panel * %7$d;
        """
            .formatted(
                layout.width(),
                Types.bits(packed.dtype()),
                from,
                layout.rows() * layout.columns(),
                to,
                layout.matrixElements(),
                layout.rows() * layout.width()));
    if (layout.columns() % layout.width() != 0) {
      kernel.add(
          """
            if (column + %1$d > %2$d) {
              for (ulong j = 0; j < %3$d; j++, row += %2$d, packed += %1$d) {
                for (ulong x = 0; x < %1$d; x++) {
                  packed[x] = column + x < %2$d ? row[x] : 0;
                }
              }
              return;
            }
          """
              .formatted(layout.width(), layout.columns(), layout.rows()));
    }
    kernel.add(
        """
          for (ulong j = 0; j < %3$d; j++, row += %2$d, packed += %1$d) {
            for (ulong x = 0; x < %1$d; x += %4$d) {
              vstore%4$d(vload%4$d(0, row + x), 0, packed + x);
            }
          }
        """
            .formatted(
                layout.width(),
                layout.columns(),
                layout.rows(),
                Math.min(Long.lowestOneBit(layout.width()), WIDEST_COPY)));
    product
        .host()
        .add(
            kernel.launch(
                product.host().kernels(),
                "pack",
                product.host().name()
                    + ": the right matrix by panels of "
                    + layout.width()
                    + " columns",
                new long[] {layout.panels(), layout.matrices()},
                new long[] {1, 1}));
  }
}
