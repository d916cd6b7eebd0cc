package dev.halyard.opencl.code;

import dev.halyard.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Products of matrices and the chain that follows: c[..., m, n] = sum over k of a[..., m, k] *
 * b[..., k, n], every matrix dense and row-major.
 *
 * @param host what it is part of
 * @param a the left matrices
 * @param aBatch how far a moves along each axis of the batch, in elements
 * @param b the right matrices
 * @param bBatch how far b moves along each axis of the batch
 * @param batch the extents of the batch
 * @param m the number of rows
 * @param n the number of columns
 * @param k the number of products per element
 * @param after the chain that follows and stores
 * @param strides of its leaves and outputs along the axes of the batch, rows and columns
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Product(
    ProductHost host,
    Operand a,
    long[] aBatch,
    Operand b,
    long[] bBatch,
    long[] batch,
    long m,
    long n,
    long k,
    Chain after,
    List<long[]> strides) {

  /** {@return how it is cut} */
  Tile tile() {
    return host.tile(TileBucket.of(m, n, k, matrices(), a.dtype()));
  }

  long matrices() {
    long count = 1;
    for (long extent : batch) {
      count *= extent;
    }
    return count;
  }

  void add() {
    if (TensorTile.fits(this)) {
      TensorTile.add(this);
    } else if (host.device().family() == DeviceModel.Family.CPU) {
      RegisterTile.add(this);
    } else {
      LocalTile.add(this);
    }
  }

  String what(String how) {
    long count = matrices();
    return host.name()
        + ": "
        + (count == 1 ? "" : count + " x ")
        + m
        + "x"
        + n
        + "x"
        + k
        + " "
        + how;
  }

  /**
   * Declares which tile of the result a work-group has, and where its matrices begin.
   *
   * @param kernel receives the declarations
   * @param height the rows of a tile
   * @param width the columns of a tile
   */
  void declareGroup(KernelText kernel, int height, int width) {
    long across = Math.ceilDiv(n, (long) width);
    long down = Math.ceilDiv(m, (long) height);
    kernel.add(
        """
          const ulong group = get_group_id(0);
          const ulong matrix = group / %1$d;
          const ulong first_row = group / %2$d %% %3$d * %4$d;
          const ulong first_column = group %% %2$d * %5$d;
          const ulong left = %6$s;
          const ulong right = %7$s;
        """
            .formatted(
                across * down,
                across,
                down,
                height,
                width,
                Space.at(aBatch, batchCoordinates("matrix")),
                Space.at(bBatch, batchCoordinates("matrix"))));
  }

  /** {@return expressions for the coordinates within the batch} */
  List<String> batchCoordinates(String matrix) {
    return Space.coordinates(batch, matrix);
  }

  /**
   * {@return where the operands of the chain stand}
   *
   * @param kernel receives the declarations
   * @param indent before each
   * @param matrix the variable that counts the matrices
   * @param row the row of the result
   */
  Chain.Place place(KernelText kernel, String indent, String matrix, String row) {
    List<String> coordinates = new ArrayList<>(batchCoordinates(matrix));
    coordinates.add(row);
    List<String> bases = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (long[] each : strides) {
      bases.add(Space.at(each, coordinates));
      steps.add(each[each.length - 1]);
    }
    return after.place(kernel, indent, bases, steps);
  }

  /** {@return whether the chain does nothing but store the sums in F32} */
  boolean storesSums() {
    return after.computed().size() == 1
        && after.computed().getFirst() instanceof Expr.Anchor
        && after.outputs().getFirst().dtype() == DType.F32;
  }

  /** {@return whether the chain can be computed for neighbours in a row} */
  boolean hasVectorForm() {
    return after.hasVectorForm()
        && strides.stream()
            .allMatch(each -> each[each.length - 1] == 0 || each[each.length - 1] == 1);
  }

  /**
   * Adds a kernel for any type, one element at a time.
   *
   * @param to the type of the sums
   */
  void addGeneral(DType to) {
    KernelText kernel = new KernelText();
    String left = kernel.read(a);
    String right = kernel.read(b);
    Loops.Flat loop = new Loops(host.device(), kernel).flat(matrices() * m * n, k * 2 + 1);
    List<String> coordinates = batchCoordinates("matrix");
    Sum sum = Sum.of(a.dtype(), to);
    kernel.add(
        """
            const ulong matrix = i / %1$d;
            const ulong row = i / %2$d %% %3$d;
            const ulong column = i %% %2$d;
            const ulong left = %4$s + row * %5$d;
            const ulong right = %6$s + column;
            %7$s sum = 0;
            for (ulong j = 0; j < %5$d; j++) {
              sum += %8$s * %9$s;
            }
        """
            .formatted(
                m * n,
                n,
                m,
                Space.at(aBatch, coordinates),
                k,
                Space.at(bBatch, coordinates),
                sum.type(),
                sum.widen(Types.load(a.dtype(), left, "(left + j)")),
                sum.widen(Types.load(b.dtype(), right, "(right + j * %d)".formatted(n)))));
    place(kernel, "    ", "matrix", "row")
        .body(kernel.body(), "    ", 1, "column", sum.narrow("sum"));
    host.add(loop.launch(host.kernels(), "matmul", what("by element")));
  }
}
