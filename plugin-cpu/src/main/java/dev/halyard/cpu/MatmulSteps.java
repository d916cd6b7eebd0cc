package dev.halyard.cpu;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.spi.ValueView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products in F32: the right-hand matrix is packed (a constant once per program), the result
 * is made in rectangles that stay in the cache while the chain that follows runs on them.
 */
final class MatmulSteps {
  // What a rectangle of the result, and the rows of a that it takes, may occupy of the second-level
  // cache, which is 1 to 2 MiB on current cores.
  private static final int TILE_BYTES = 128 * 1024;

  // A right-hand matrix up to this size stays in that cache whole.
  private static final long WHOLE_ELEMENTS = 640 * 1024 / Float.BYTES;

  private final NodeLowering node;
  private final Operand a;
  private final Operand b;
  private final Offsets aMatrices;
  private final Offsets bMatrices;
  private final long batch;
  private final long m;
  private final int k;
  private final int n;

  private MatmulSteps(NodeLowering node, Operand a, Operand b, long[] batch, long m, int k, int n) {
    this.node = node;
    this.a = a;
    this.b = b;
    this.k = k;
    this.n = n;
    long[] aStrides = matrixStrides(a, batch);
    long[] bStrides = matrixStrides(b, batch);
    boolean oneMatrix = Arrays.stream(bStrides).allMatch(stride -> stride == 0);
    boolean merge = oneMatrix && a.elements() == count(batch) * m * k;
    this.batch = merge ? 1 : count(batch);
    this.m = merge ? m * count(batch) : m;
    aMatrices = merge ? new Offsets(new long[0], new long[0]) : new Offsets(batch, aStrides);
    bMatrices = merge ? new Offsets(new long[0], new long[0]) : new Offsets(batch, bStrides);
  }

  private static long count(long[] extents) {
    return Shape.elements(extents);
  }

  /** {@return how an operand moves along the batch axes, in elements; 0 where it is repeated} */
  private static long[] matrixStrides(Operand operand, long[] batch) {
    long[] own = Arrays.copyOf(operand.extents(), operand.rank() - 2);
    long[] strides = Geometry.strides(own, batch);
    long matrix = operand.extent(-1) * operand.extent(-2);
    return Arrays.stream(strides).map(stride -> stride * matrix).toArray();
  }

  static void lower(NodeLowering node) {
    ValueView left = node.node().inputs().get(0);
    ValueView right = node.node().inputs().get(1);
    if (Kind.of(left.dtype()) != Kind.F32) {
      GeneralProducts.matmul(node);
      return;
    }
    long[] space = node.region().extents(node.result());
    int k = Math.toIntExact(node.region().extents(left)[space.length - 1]);
    new MatmulSteps(
            node,
            matrices(node, left),
            matrices(node, right),
            Arrays.copyOf(space, space.length - 2),
            space[space.length - 2],
            k,
            Math.toIntExact(space[space.length - 1]))
        .add();
  }

  /** {@return an operand before its matrices are repeated along batch axes, in F32} */
  private static Operand matrices(NodeLowering node, ValueView value) {
    ValueView source = node.region().unbroadcast(value);
    long[] wanted = node.region().extents(value);
    long[] found = node.region().extents(source);
    int rank = found.length;
    boolean same =
        rank >= 2
            && found[rank - 1] == wanted[wanted.length - 1]
            && found[rank - 2] == wanted[wanted.length - 2];
    ValueView used = same ? source : value;
    return node.widen(node.region().operand(used), used);
  }

  private void add() {
    int width = node.lowering().kernels().panelWidth(n);
    Operand packed = packed(width);
    ValueView result = node.result();
    if (isAlone(node, result)) {
      addProduct(packed, width, node.out(0), null);
      return;
    }
    Chain chain = node.region().epilogue(result, node.region().extents(result).length - 1);
    if (chain != null) {
      addProduct(packed, width, null, chain);
    } else {
      Operand to = node.wideOut(0);
      addProduct(packed, width, to, null);
      node.narrow(0, to);
    }
  }

  /** {@return whether a result is all that a region makes, and in F32} */
  static boolean isAlone(NodeLowering node, ValueView result) {
    return result.dtype() == DType.F32 && node.region().makesOnly(result);
  }

  private Operand packed(int width) {
    Kernels kernels = node.lowering().kernels();
    long matrixBytes = kernels.packedBytes(k, n, width);
    long matrices = k == 0 || n == 0 ? 0 : b.elements() / ((long) k * n);
    MemorySegment constant = b.where().constant();
    if (constant != null) {
      String key = node.node().inputs().get(1).id() + " packed " + k + "x" + n + " by " + width;
      MemorySegment packed =
          node.lowering()
              .constants()
              .get(
                  key,
                  matrices * matrixBytes,
                  to -> {
                    for (long i = 0; i < matrices; i++) {
                      long at = i * k * n * 4;
                      kernels.pack(constant, at, n, 1, k, 0, n, width, to, i * matrixBytes);
                    }
                  });
      return new Operand(Location.constant(packed), DType.F32, matrices * matrixBytes / 4);
    }
    Operand packed = node.region().temporary(DType.F32, matrices * matrixBytes / 4);
    int panels = Math.ceilDiv(n, width);
    node.add(
        "pack " + matrices + " of " + k + "x" + n,
        matrices * panels,
        matrices * (double) matrixBytes / 2,
        memory -> {
          MemorySegment from = memory.at(b);
          MemorySegment to = memory.at(packed);
          return (first, last, worker) -> {
            for (long i = first; i < last; i++) {
              long matrix = i / panels;
              int column = (int) (i % panels) * width;
              int end = Math.min(column + width, n);
              long at = matrix * k * n * 4;
              kernels.pack(from, at, n, 1, k, column, end, width, to, matrix * matrixBytes);
            }
          };
        });
    return packed;
  }

  /** The product into {@code to}, or through a chain into that chain's outputs. */
  private void addProduct(Operand packed, int width, @Nullable Operand to, @Nullable Chain chain) {
    int workers = node.lowering().workers();
    boolean wholeRows = chain != null && chain.rowsAtOnce() > 1 && (long) k * n <= WHOLE_ELEMENTS;
    Tiling tiling =
        wholeRows
            ? Tiling.ofWholeRows(batch, m, k, n, width, workers)
            : Tiling.of(batch, m, k, n, width, workers);
    Kernels kernels = node.lowering().kernels();
    long matrixBytes = kernels.packedBytes(k, n, width);
    long matrixElements = Math.max(1, (long) k * n);
    long panelBytes = chain == null ? 0 : Lowering.aligned(tiling.rows * tiling.columns * 4);
    node.add(
        "matmul "
            + (batch == 1 ? "" : batch + " of ")
            + m
            + "x"
            + n
            + "x"
            + k
            + " in rectangles of "
            + tiling.rows
            + "x"
            + tiling.columns
            + " by "
            + kernels.productText(width)
            + (chain == null ? "" : ", then " + chain),
        m * n == 0 ? 0 : tiling.pieces(),
        // Vectors make sixteen multiply-adds where a simple operation makes one element.
        batch * (double) m * n * (1 + (double) k / kernels.lanes() + cost(chain)),
        panelBytes + (chain == null ? 0 : chain.scratchBytes()),
        memory -> {
          MemorySegment left = memory.at(a);
          MemorySegment right = memory.at(packed);
          MemorySegment target = to == null ? memory.workspace() : memory.at(to);
          ChainRunner runner = chain == null ? null : new ChainRunner(chain, memory, panelBytes);
          return (first, last, worker) -> {
            long scratch = memory.scratchAt() + worker * memory.scratchBytes();
            for (long piece = first; piece < last; piece++) {
              long matrix = tiling.matrix(piece);
              long row = tiling.row(piece);
              long column = tiling.column(piece);
              int rows = (int) Math.min(tiling.rows, m - row);
              int columns = (int) Math.min(tiling.columns, n - column);
              long aAt = 4 * (aMatrices.of(matrix) + row * k);
              long bAt = bMatrices.of(matrix) / matrixElements * matrixBytes + 4 * column * k;
              long firstRow = matrix * m + row;
              if (runner == null) {
                long cAt = 4 * (firstRow * n + column);
                kernels.matmul(left, aAt, k, right, bAt, width, target, cAt, n, rows, k, columns);
              } else {
                kernels.matmul(
                    left, aAt, k, right, bAt, width, target, scratch, columns, rows, k, columns);
                runner.rectangle(
                    worker,
                    firstRow,
                    firstRow + rows,
                    column,
                    column + columns,
                    scratch,
                    columns * 4L);
              }
            }
          };
        });
  }

  /** {@return what a chain costs per element, in simple operations} */
  static int cost(@Nullable Chain chain) {
    return chain == null ? 0 : chain.cost;
  }

  /** How a product is cut into rectangles. */
  static final class Tiling {
    final long rows;
    final long columns;
    private final long rowBlocks;
    private final long columnBlocks;
    private final long batch;

    private Tiling(long batch, long rows, long rowBlocks, long columns, long columnBlocks) {
      this.batch = batch;
      this.rows = rows;
      this.rowBlocks = rowBlocks;
      this.columns = columns;
      this.columnBlocks = columnBlocks;
    }

    static Tiling of(long batch, long m, long k, long n, int width, int workers) {
      long tall = Math.clamp(TILE_BYTES / 4 / Math.max(1, k), 12, Math.max(12, m));
      long rowBlocks = Math.max(1, Math.ceilDiv(m, tall));
      long rows = Math.max(1, Math.ceilDiv(m, rowBlocks));
      long panels = Math.max(1, Math.ceilDiv(n, width));
      long fit = Math.max(1, TILE_BYTES / 4 / rows / width);
      long wanted = Math.ceilDiv(workers == 1 ? 1 : 2L * workers, batch * rowBlocks + 1);
      long columnBlocks = Math.clamp(Math.max(Math.ceilDiv(panels, fit), wanted), 1, panels);
      long columns = Math.ceilDiv(panels, columnBlocks) * width;
      return new Tiling(batch, rows, rowBlocks, columns, Math.max(1, Math.ceilDiv(n, columns)));
    }

    /** {@return rectangles of whole rows, for a chain that is quicker on several at once} */
    static Tiling ofWholeRows(long batch, long m, long k, long n, int width, int workers) {
      long tall = TILE_BYTES / 4 / Math.max(1, Math.max(k, n));
      long shared = workers == 1 ? m : Math.ceilDiv(batch * m, 2L * workers);
      long most = Math.clamp(Math.min(tall, shared), 12, Math.max(12, m));
      long rowBlocks = Math.max(1, Math.ceilDiv(m, most));
      long columns = Math.max(1, Math.ceilDiv(n, width)) * width;
      return new Tiling(batch, Math.max(1, Math.ceilDiv(m, rowBlocks)), rowBlocks, columns, 1);
    }

    long pieces() {
      return batch * rowBlocks * columnBlocks;
    }

    // Rows change first, so that the columns of b are used again while they are in the cache.
    long row(long piece) {
      return piece % rowBlocks * rows;
    }

    long column(long piece) {
      return piece / rowBlocks % columnBlocks * columns;
    }

    long matrix(long piece) {
      return piece / rowBlocks / columnBlocks;
    }
  }
}
