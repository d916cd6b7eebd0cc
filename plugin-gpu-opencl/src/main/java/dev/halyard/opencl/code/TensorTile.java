package dev.halyard.opencl.code;

import dev.halyard.DType;

/**
 * Products of F16 or BF16 matrices by {@code mma.sync.m16n8k16} (PTX ISA 7.0, compute capability
 * 8.0 and later; there, "Matrix Fragments for mma.m16n8k16", are the fragments' layouts), with sums
 * in F32. A group of eight warps holds parts of both matrices in local memory, in pairs along k as
 * the instruction wants them, and each warp a square of the result in registers.
 */
final class TensorTile {
  private static final int WARP = 32;
  private static final int WARPS_DOWN = 2;
  private static final int WARPS_ACROSS = 4;
  private static final int GROUP = WARP * WARPS_DOWN * WARPS_ACROSS;

  /** Rows and columns of a warp's square. */
  private static final int SIDE = 32;

  private static final int HEIGHT = WARPS_DOWN * SIDE;
  private static final int WIDTH = WARPS_ACROSS * SIDE;

  /** Products between two barriers, and those of one instruction. */
  private static final int DEPTH = 32;

  private static final int STEP = 16;

  /** Pairs in a row of a local tile: four more than it holds, so that rows meet in no bank. */
  private static final int PITCH = DEPTH / 2 + 4;

  /** What the emulation of an instruction needs of local memory, in pairs per warp. */
  private static final int SCRATCH = 192;

  private static final int QUAD = 4;

  private final Product product;
  private final KernelText kernel = new KernelText();
  private final String a;
  private final String b;

  private TensorTile(Product product) {
    this.product = product;
    a = kernel.readBits(product.a());
    b = kernel.readBits(product.b());
  }

  /**
   * {@return whether a product is computed so: not one that would fill less than a warp's square}
   */
  static boolean fits(Product product) {
    return takes(product.host().device(), product.a().dtype())
        && product.b().dtype() == product.a().dtype()
        && product.m() >= SIDE
        && product.n() >= SIDE
        && product.k() >= STEP;
  }

  /** {@return whether a device has tensor cores for a type} */
  static boolean takes(DeviceModel device, DType dtype) {
    return device.tensorCores() != DeviceModel.TensorCores.NONE
        && (dtype == DType.F16 || dtype == DType.BF16);
  }

  /** Adds the launch of a product. */
  static void add(Product product) {
    new TensorTile(product).launch();
  }

  private void launch() {
    long across = Math.ceilDiv(product.n(), (long) WIDTH);
    long down = Math.ceilDiv(product.m(), (long) HEIGHT);
    begin();
    kernel.add("  for (ulong from = 0; from < %d; from += %d) {".formatted(product.k(), DEPTH));
    loadLeft();
    loadRight();
    kernel.add("    barrier(CLK_LOCAL_MEM_FENCE);");
    multiply();
    kernel.add("    barrier(CLK_LOCAL_MEM_FENCE);");
    kernel.add("  }");
    store();
    product
        .host()
        .add(
            kernel.launch(
                product.host().kernels(),
                "matmul",
                product.what("by tensor cores in tiles of " + HEIGHT + "x" + WIDTH + "x" + DEPTH),
                new long[] {across * down * product.matrices() * GROUP},
                new long[] {GROUP}));
  }

  private void begin() {
    product.declareGroup(kernel, HEIGHT, WIDTH);
    kernel.add(
        """
          const uint own = get_local_id(0);
          const uint lane = own %% %1$d;
          const uint warp = own / %1$d;
          const uint warp_row = warp / %2$d * %3$d;
          const uint warp_column = warp %% %2$d * %3$d;
          const uint line = lane / 4;
          const uint pair = lane %% 4;
          local uint a_tile[%4$d][%6$d];
          local uint b_tile[%5$d][%6$d];
          float sums[%7$d][%8$d];
        #pragma unroll
          for (uint r = 0; r < %7$d; r++) {
        #pragma unroll
            for (uint c = 0; c < %8$d; c++) {
              sums[r][c] = 0.0f;
            }
          }
        """
            .formatted(WARP, WARPS_ACROSS, SIDE, HEIGHT, WIDTH, PITCH, SIDE / 8, SIDE / 4));
    if (isEmulated()) {
      kernel.add("  local uint scratch[%d];".formatted(SCRATCH * GROUP / WARP));
    }
  }

  private boolean isEmulated() {
    return product.host().device().tensorCores() == DeviceModel.TensorCores.EMULATED;
  }

  /** Rows of a, four of their elements at once. */
  private void loadLeft() {
    int quads = DEPTH / QUAD;
    kernel.add(
        """
            for (uint e = own; e < %1$d; e += %2$d) {
              const uint r = e / %3$d;
              const uint c = e %% %3$d * %4$d;
        """
            .formatted(HEIGHT * quads, GROUP, quads, QUAD));
    quad("quad", a + " + left", "first_row + r", product.m(), "from + c", product.k());
    kernel.add(
        """
              a_tile[r][c / 2] = as_uint(quad.lo);
              a_tile[r][c / 2 + 1] = as_uint(quad.hi);
            }
        """);
  }

  /**
   * Columns of b, from two rows at once. Four neighbours read 32 bytes of each, a sector of global
   * memory; a warp then writes to 16 banks, to each twice.
   */
  private void loadRight() {
    int pairs = DEPTH / 2;
    int block = 4;
    kernel.add(
        """
            for (uint e = own; e < %1$d; e += %2$d) {
              const uint r = e / %3$d %% %4$d * 2;
              const uint c = (e / %5$d * %3$d + e %% %3$d) * %6$d;
        """
            .formatted(pairs * WIDTH / QUAD, GROUP, block, pairs, pairs * block, QUAD));
    quad("even", b + " + right", "from + r", product.k(), "first_column + c", product.n());
    quad("odd", b + " + right", "from + r + 1", product.k(), "first_column + c", product.n());
    for (int i = 0; i < QUAD; i++) {
      kernel.add(
          "      b_tile[c + %1$d][r / 2] = even.s%1$d | (uint)odd.s%1$d << 16;".formatted(i));
    }
    kernel.add("    }");
  }

  /** Declares four neighbours of a matrix; what is outside of it is 0. */
  private void quad(
      String name, String matrix, String row, long rows, String column, long columns) {
    String at = matrix + " + (" + row + ") * " + columns + " + " + column;
    kernel.add("      ushort4 %s = (ushort4)(0);".formatted(name));
    kernel.add("      if (%s < %d) {".formatted(row, rows));
    if (columns % QUAD == 0) {
      kernel.add("        if (%s < %d) {".formatted(column, columns));
      kernel.add("          %s = vload4(0, %s);".formatted(name, at));
      kernel.add("        }");
    } else {
      for (int i = 0; i < QUAD; i++) {
        kernel.add("        if (%s + %d < %d) {".formatted(column, i, columns));
        kernel.add("          %s.s%d = *(%s + %d);".formatted(name, i, at, i));
        kernel.add("        }");
      }
    }
    kernel.add("      }");
  }

  private void multiply() {
    String type = product.a().dtype() == DType.F16 ? "f16" : "bf16";
    String call =
        isEmulated()
            ? "hy_emulated_mma_" + type + "(scratch + warp * " + SCRATCH + ", lane, "
            : "hy_mma_" + type + "(";
    // Sums that variables index would lie in memory; the emulation's barriers are left in loops.
    String unroll = isEmulated() ? "" : "#pragma unroll\n";
    kernel.add(
        """
            for (uint d = 0; d < %1$d; d += %2$d) {
              uint2 b_part[%3$d];
        %7$s      for (uint c = 0; c < %3$d; c++) {
                local const uint *at = &b_tile[warp_column + c * 8 + line][d + pair];
                b_part[c] = (uint2)(at[0], at[4]);
              }
        %7$s      for (uint r = 0; r < %4$d; r++) {
                local const uint *at = &a_tile[warp_row + r * 16 + line][d + pair];
                const uint4 a_part = (uint4)(at[0], at[8 * %5$d], at[4], at[8 * %5$d + 4]);
        %7$s        for (uint c = 0; c < %3$d; c++) {
                  const float4 part = (float4)(
                      sums[2 * r][2 * c],
                      sums[2 * r][2 * c + 1],
                      sums[2 * r + 1][2 * c],
                      sums[2 * r + 1][2 * c + 1]);
                  const float4 more = %6$spart, a_part, b_part[c]);
                  sums[2 * r][2 * c] = more.x;
                  sums[2 * r][2 * c + 1] = more.y;
                  sums[2 * r + 1][2 * c] = more.z;
                  sums[2 * r + 1][2 * c + 1] = more.w;
                }
              }
            }
        """
            .formatted(DEPTH / 2, STEP / 2, SIDE / 8, SIDE / 16, PITCH, call, unroll));
  }

  private void store() {
    kernel.add(
        """
        #pragma unroll
          for (uint r = 0; r < %1$d; r++) {
            const ulong row = first_row + warp_row + r * 8 + line;
            if (row < %2$d) {
        """
            .formatted(SIDE / 8, product.m()));
    Chain.Place place = product.place(kernel, "      ", "matrix", "row");
    kernel.add("#pragma unroll");
    kernel.add("      for (uint c = 0; c < %d; c++) {".formatted(SIDE / 4));
    kernel.add(
        "        const ulong column = first_column + warp_column + c / 2 * 8 + pair * 2 + c % 2;");
    kernel.add("        if (column < %d) {".formatted(product.n()));
    kernel.add("          const float sum = sums[r][c];");
    place.body(kernel.body(), "          ", 1, "column", "sum");
    kernel.add("        }\n      }\n    }\n  }");
  }
}
