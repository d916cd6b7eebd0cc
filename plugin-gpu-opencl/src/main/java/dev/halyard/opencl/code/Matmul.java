package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.spi.ValueView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lowers matmul: to the product kernels in float, or to one that computes element by element. */
final class Matmul {
  private Matmul() {}

  static void lower(NodeLowering node) {
    Operand a = matrices(node, 0);
    Operand b = matrices(node, 1);
    Chain after = after(node);
    if (Arrays.stream(after.extents()).anyMatch(extent -> extent == 0)) {
      return;
    }
    Product product = product(node, a, b, after);
    if (Types.isFloat(a.dtype())) {
      product.add();
    } else {
      product.addGeneral(node.result().dtype());
    }
  }

  private static Product product(NodeLowering node, Operand a, Operand b, Chain after) {
    long[] extents = after.extents();
    int rank = extents.length;
    long[] batch = Arrays.copyOf(extents, rank - 2);
    long m = extents[rank - 2];
    long n = extents[rank - 1];
    long k = a.extent(-1);
    long[] aBatch = batchStrides(a, batch);
    long[] bBatch = batchStrides(b, batch);
    List<long[]> strides = after.strides();
    List<long[]> rows = strides.stream().map(each -> Arrays.copyOf(each, rank - 1)).toList();
    Space merged = Space.of(Arrays.copyOf(extents, rank - 1), rows);
    boolean oneMatrix = Arrays.stream(bBatch).allMatch(stride -> stride == 0);
    boolean dense = a.elements() == merged.elements() * k;
    if (!oneMatrix || !dense || merged.rank() > 1) {
      return new Product(node, a, aBatch, b, bBatch, batch, m, n, k, after, strides);
    }
    List<long[]> both = new ArrayList<>();
    for (int i = 0; i < strides.size(); i++) {
      both.add(new long[] {merged.strides().get(i)[0], strides.get(i)[rank - 1]});
    }
    long[] none = {};
    return new Product(node, a, none, b, none, none, merged.elements(), n, k, after, both);
  }

  /** {@return an operand before its matrices are repeated along axes of the batch} */
  private static Operand matrices(NodeLowering node, int input) {
    ValueView value = node.node().inputs().get(input);
    ValueView source = node.region().unbroadcast(value);
    long[] wanted = node.region().extents(value);
    long[] found = node.region().extents(source);
    int rank = found.length;
    boolean same =
        rank >= 2
            && found[rank - 1] == wanted[wanted.length - 1]
            && found[rank - 2] == wanted[wanted.length - 2];
    return node.region().operand(same ? source : value);
  }

  /** {@return how far matrices move along each axis of the batch; 0 where they are repeated} */
  private static long[] batchStrides(Operand matrices, long[] batch) {
    long[] space = Arrays.copyOf(batch, batch.length + 2);
    space[batch.length] = matrices.extent(-2);
    space[batch.length + 1] = matrices.extent(-1);
    return Arrays.copyOf(matrices.stridesIn(space), batch.length);
  }

  /** {@return what follows an anchor; at least the store of its result} */
  static Chain after(NodeLowering node) {
    ValueView result = node.result();
    Chain epilogue = node.region().epilogue(result);
    if (epilogue != null) {
      node.region().made(epilogue);
      return epilogue;
    }
    return alone(node);
  }

  /** {@return the chain that only stores the result} */
  static Chain alone(NodeLowering node) {
    Operand out = node.out(0);
    DType dtype = out.dtype();
    return new Chain(out.extents(), List.of(new Expr.Anchor(dtype)), List.of(out));
  }
}
