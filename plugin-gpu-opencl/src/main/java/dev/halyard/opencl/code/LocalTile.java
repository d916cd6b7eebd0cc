package dev.halyard.opencl.code;

/**
 * Products on a GPU: a work-group holds tiles of both matrices in local memory, and each work-item
 * a rectangle of the result in registers.
 */
final class LocalTile {
  /** Work-items along each side of a group. */
  private static final int SIDE = 16;

  /** Elements that a work-item loads at once, where rows are a multiple of it. */
  private static final int QUAD = 4;

  private final Product product;
  private final Tile tile;
  private final KernelText kernel = new KernelText();
  private final String a;
  private final String b;

  private LocalTile(Product product) {
    this.product = product;
    tile = product.tile();
    a = kernel.read(product.a());
    b = kernel.read(product.b());
  }

  /** {@return the local memory of a group; rows of a have one element more, for other banks} */
  static long localBytes(Tile tile) {
    return (long) tile.depth() * (SIDE * tile.rows() + 1 + SIDE * tile.columns()) * Float.BYTES;
  }

  /** Adds the launch of a product. */
  static void add(Product product) {
    new LocalTile(product).launch();
  }

  private int height() {
    return SIDE * tile.rows();
  }

  private int width() {
    return SIDE * tile.columns();
  }

  private void launch() {
    long across = Math.ceilDiv(product.n(), width());
    long down = Math.ceilDiv(product.m(), height());
    begin();
    kernel.add(
        "  for (ulong from = 0; from < %d; from += %d) {".formatted(product.k(), tile.depth()));
    loadLeft();
    loadRight();
    multiply();
    kernel.add("  }");
    store();
    // All groups along the first axis: devices may have no more than 65,535 along the others.
    long[] global = {across * down * product.matrices() * SIDE, SIDE};
    product
        .host()
        .add(
            kernel.launch(
                product.host().kernels(),
                "matmul",
                product.what("by local tiles of " + height() + "x" + width() + "x" + tile.depth()),
                global,
                new long[] {SIDE, SIDE}));
  }

  private void begin() {
    product.declareGroup(kernel, height(), width());
    kernel.add(
        """
          const uint x = get_local_id(0);
          const uint y = get_local_id(1);
          const uint own = y * %1$d + x;
          local float a_tile[%2$d][%3$d + 1];
          local float b_tile[%2$d][%4$d];
          float sums[%5$d][%6$d];
          for (uint r = 0; r < %5$d; r++) {
            for (uint c = 0; c < %6$d; c++) {
              sums[r][c] = 0.0f;
            }
          }
        """
            .formatted(SIDE, tile.depth(), height(), width(), tile.rows(), tile.columns()));
  }

  /** Rows of a go to columns of the tile. */
  private void loadLeft() {
    load(
        a,
        product.a(),
        "left",
        "first_row",
        product.m(),
        "from",
        product.k(),
        height(),
        tile.depth(),
        "a_tile[c + %d][r]");
  }

  private void loadRight() {
    load(
        b,
        product.b(),
        "right",
        "from",
        product.k(),
        "first_column",
        product.n(),
        tile.depth(),
        width(),
        "b_tile[r][c + %d]");
  }

  /**
   * Writes the loop in which the group loads a part of a matrix; what is outside of it is 0.
   *
   * @param pointer of the matrices
   * @param operand the matrices
   * @param base where the matrix begins
   * @param row the first row of the part
   * @param rows of the matrix
   * @param column the first column of the part
   * @param columns of the matrix
   * @param height of the part
   * @param width of the part
   * @param target of the element at r and c plus a number
   */
  private void load(
      String pointer,
      Operand operand,
      String base,
      String row,
      long rows,
      String column,
      long columns,
      int height,
      int width,
      String target) {
    int each = columns % QUAD == 0 ? QUAD : 1;
    int pieces = width / each;
    String at = "(%s + (%s + r) * %d + %s + c)".formatted(base, row, columns, column);
    kernel.add(
        """
            for (uint e = own; e < %1$d; e += %2$d) {
              const uint r = e / %3$d;
              const uint c = e %% %3$d * %4$d;
              const bool inside = %5$s + r < %6$d && %7$s + c < %8$d;
        """
            .formatted(height * pieces, SIDE * SIDE, pieces, each, row, rows, column, columns));
    if (each == 1) {
      String one = Types.load(operand.dtype(), pointer, at);
      kernel.add("      %s = inside ? %s : 0.0f;".formatted(target.formatted(0), one));
    } else {
      kernel.add("      float4 quad = (float4)(0.0f);");
      kernel.add("      if (inside) {");
      String quad = Types.loadVector(operand.dtype(), QUAD, pointer, at);
      kernel.add("        quad = " + quad + ";");
      kernel.add("      }");
      for (int i = 0; i < QUAD; i++) {
        kernel.add("      %s = quad.s%d;".formatted(target.formatted(i), i));
      }
    }
    kernel.add("    }");
  }

  private void multiply() {
    kernel.add(
        """
            barrier(CLK_LOCAL_MEM_FENCE);
            for (uint d = 0; d < %1$d; d++) {
              float b_row[%2$d];
              for (uint c = 0; c < %2$d; c++) {
                b_row[c] = b_tile[d][x + c * %3$d];
              }
              for (uint r = 0; r < %4$d; r++) {
                const float a_one = a_tile[d][y * %4$d + r];
                for (uint c = 0; c < %2$d; c++) {
                  sums[r][c] = fma(a_one, b_row[c], sums[r][c]);
                }
              }
            }
            barrier(CLK_LOCAL_MEM_FENCE);
        """
            .formatted(tile.depth(), tile.columns(), SIDE, tile.rows()));
  }

  private void store() {
    kernel.add(
        """
          for (uint r = 0; r < %1$d; r++) {
            const ulong row = first_row + y * %1$d + r;
            if (row >= %2$d) {
              break;
            }
        """
            .formatted(tile.rows(), product.m()));
    Chain.Place place = product.place(kernel, "    ", "matrix", "row");
    kernel.add("    for (uint c = 0; c < %d; c++) {".formatted(tile.columns()));
    kernel.add("      const ulong column = first_column + x + c * %d;".formatted(SIDE));
    kernel.add("      if (column < %d) {".formatted(product.n()));
    kernel.add("        const float sum = sums[r][c];");
    place.body(kernel.body(), "        ", 1, "column", "sum");
    kernel.add("      }\n    }\n  }");
  }
}
