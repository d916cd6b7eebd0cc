package dev.halyard.opencl.code;

import org.jspecify.annotations.Nullable;

/**
 * Products on a CPU: a work-item, alone in its group, holds a tile of the result in vectors and
 * runs through k; then it computes the chain that follows on the tile. One object is one launch,
 * for some whole tiles' columns or for what is left of them.
 */
final class RegisterTile {
  /** Floats in the widest vector there is. */
  static final int WIDEST = 16;

  private static final int NARROWEST = 4;

  /** The rows of a work-item should leave room for columns of b in a second-level cache. */
  private static final long BLOCK_BYTES = 512 * 1024;

  /**
   * The rows that a work-item leaves to the chain at once. The chain has a loop of its own: in the
   * loop over tiles its constants would take the registers that hold the tile.
   */
  private static final long CHAIN_ROWS = 64;

  private static final int ITEMS_PER_UNIT = 4;

  private final Product product;
  private final @Nullable Panels panels;
  private final int width;
  private final int height;
  private final KernelText kernel = new KernelText();
  private final String a;
  private final String b;

  private RegisterTile(Product product, @Nullable Panels panels, int width, int height) {
    this.product = product;
    this.panels = panels;
    this.width = width;
    this.height = height;
    a = kernel.read(product.a());
    b = kernel.read(panels == null ? product.b() : panels.where());
  }

  /** Adds the launches of a product. */
  static void add(Product product) {
    int widest = Math.clamp(product.host().device().floatWidth(), NARROWEST, WIDEST);
    int width = widest;
    while (width > NARROWEST && product.n() < width) {
      width /= 2;
    }
    Tile tile = product.tile();
    int height = tile.rows();
    long columns = (long) width * tile.columns();
    Panels panels = Panels.pay(product, columns) ? Panels.of(product, columns) : null;
    long whole = product.n() / columns;
    long left = product.n() % columns;
    if (whole > 0) {
      new RegisterTile(product, panels, width, height).launch(0, whole, columns, "tiles");
    }
    if (left != 0) {
      new RegisterTile(product, panels, width, height)
          .launch(whole * columns, 1, left, "the last columns");
    }
  }

  /**
   * Adds the launch.
   *
   * @param firstColumn the first column of the first tile
   * @param across how many tiles lie side by side
   * @param columns of each
   * @param how what they are, for people
   */
  private void launch(long firstColumn, long across, long columns, String how) {
    boolean direct = columns % width == 0 && product.storesSums();
    long blocks = blocks(across, direct);
    long block = Math.ceilDiv(Math.ceilDiv(product.m(), blocks), (long) height) * height;
    kernel.add("  const ulong matrix = get_global_id(2);");
    kernel.add(
        "  const ulong column = %d + get_global_id(1) * %d;".formatted(firstColumn, columns));
    pointer("left", a, product.a(), product.aBatch(), "0");
    if (panels == null) {
      pointer("right", b, product.b(), product.bBatch(), "column");
    } else {
      pointer("right", b, panels.where(), panels.batch(), "column * " + product.k());
    }
    kernel.add("  const ulong first = get_global_id(0) * %d;".formatted(block));
    kernel.add("  const ulong end = min(first + %d, (ulong)%d);".formatted(block, product.m()));
    kernel.add("  ulong row = first;");
    int stride = (int) Math.ceilDiv(columns, (long) width) * width;
    if (!direct) {
      kernel.add("  float sums[%d];".formatted(Math.min(block, product.m()) * stride));
    }
    int rows = (int) Math.min(height, product.m());
    kernel.add("  for (; row + %1$d <= end; row += %1$d) {".formatted(rows));
    tile(rows, columns, direct);
    kernel.add("  }");
    int rest = (int) (product.m() % rows);
    if (rest > 0) {
      kernel.add("  if (row < end) {");
      tile(rest, columns, direct);
      kernel.add("  }");
    }
    if (!direct) {
      chain(columns, stride);
    }
    product
        .host()
        .add(
            kernel.launch(
                product.host().kernels(),
                "matmul",
                product.what("by register tiles of " + rows + "x" + columns + ", " + how),
                new long[] {Math.ceilDiv(product.m(), block), across, product.matrices()},
                new long[] {1, 1, 1}));
  }

  private void pointer(String name, String pointer, Operand operand, long[] batch, String more) {
    String at = Space.at(batch, product.batchCoordinates("matrix"));
    String offset = at.equals("0") ? more : more.equals("0") ? at : at + " + " + more;
    kernel.add(
        "  global const %s *%s = %s + %s;"
            .formatted(Types.storage(operand.dtype()), name, pointer, offset));
  }

  /** {@return into how many blocks the rows are divided} */
  private long blocks(long across, boolean direct) {
    long tiles = Math.ceilDiv(product.m(), (long) height);
    long cached = Math.max(1, BLOCK_BYTES / 4 / Math.max(1, product.k()) / height);
    long fit = direct ? cached : Math.min(cached, CHAIN_ROWS / height);
    long wanted =
        Math.ceilDiv(
            (long) product.host().device().computeUnits() * ITEMS_PER_UNIT,
            across * product.matrices());
    return Math.clamp(Math.max(Math.ceilDiv(tiles, fit), wanted), 1, tiles);
  }

  private void tile(int rows, long columns, boolean direct) {
    int vectors = (int) Math.ceilDiv(columns, (long) width);
    StringBuilder text = kernel.body();
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        text.append("    float%1$d c%2$d_%3$d = (float%1$d)(0.0f);\n".formatted(width, r, v));
      }
    }
    text.append("    for (ulong j = 0; j < %d; j++) {\n".formatted(product.k()));
    long pitch = panels == null ? product.n() : panels.layout().width();
    for (int v = 0; v < vectors; v++) {
      long there = panels == null ? columns - (long) v * width : width;
      String at = "j * %d + %d".formatted(pitch, v * width);
      text.append("      const float%d b%d = %s;\n".formatted(width, v, loadRight(at, there)));
    }
    for (int r = 0; r < rows; r++) {
      String at = "((row + %d) * %d + j)".formatted(r, product.k());
      text.append(
          "      const float%1$d a%2$d = (float%1$d)(%3$s);\n"
              .formatted(width, r, Types.load(product.a().dtype(), "left", at)));
      for (int v = 0; v < vectors; v++) {
        text.append("      c%1$d_%2$d = fma(a%1$d, b%2$d, c%1$d_%2$d);\n".formatted(r, v));
      }
    }
    text.append("    }\n");
    if (direct) {
      storeSums(rows, vectors);
    } else {
      keepSums(rows, vectors);
    }
  }

  /** {@return an expression for a vector of b, of which only {@code there} elements are there} */
  private String loadRight(String at, long there) {
    if (there >= width) {
      return Types.loadVector(product.b().dtype(), width, "right", at);
    }
    StringBuilder elements = new StringBuilder("(float" + width + ")(");
    for (int i = 0; i < width; i++) {
      elements.append(i == 0 ? "" : ", ");
      String one = Types.load(product.b().dtype(), "right", "(" + at + " + " + i + ")");
      elements.append(i < there ? one : "0.0f");
    }
    return elements.append(")").toString();
  }

  private void keepSums(int rows, int vectors) {
    int stride = vectors * width;
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        kernel.add(
            "    vstore%d(c%d_%d, 0, sums + (row - first) * %d + %d);"
                .formatted(width, r, v, stride, r * stride + v * width));
      }
    }
  }

  /** Computes the chain on the sums of all rows. */
  private void chain(long columns, int stride) {
    StringBuilder text = kernel.body();
    text.append("  for (ulong r = first; r < end; r++) {\n");
    Chain.Place place = product.place(kernel, "    ", "matrix", "r");
    long vector = product.hasVectorForm() ? columns / width * width : 0;
    String from = "sums + (r - first) * " + stride + " + x";
    if (vector > 0) {
      text.append("    for (ulong x = 0; x < %d; x += %d) {\n".formatted(vector, width));
      text.append("      const float%1$d sum = vload%1$d(0, %2$s);\n".formatted(width, from));
      place.body(text, "      ", width, "(column + x)", "sum");
      text.append("    }\n");
    }
    if (vector < columns) {
      text.append("    for (ulong x = %d; x < %d; x++) {\n".formatted(vector, columns));
      text.append("      const float sum = *(%s);\n".formatted(from));
      place.body(text, "      ", 1, "(column + x)", "sum");
      text.append("    }\n");
    }
    text.append("  }\n");
  }

  private void storeSums(int rows, int vectors) {
    for (int r = 0; r < rows; r++) {
      kernel.add("    {");
      Chain.Place place = product.place(kernel, "      ", "matrix", "(row + " + r + ")");
      for (int v = 0; v < vectors; v++) {
        String column = v == 0 ? "column" : "(column + " + v * width + ")";
        place.body(kernel.body(), "      ", width, column, "c" + r + "_" + v);
      }
      kernel.add("    }");
    }
  }
}
