package dev.halyard.cpu;

import dev.halyard.DType;
import java.lang.foreign.MemorySegment;

/** Products of types other than F32, one element at a time: doubles in F64, integers wrapping. */
final class GeneralProducts {
  private GeneralProducts() {}

  static void matmul(NodeLowering node) {
    Operand a = node.in(0);
    Operand b = node.in(1);
    Operand c = node.out(0);
    long m = c.extent(-2);
    long n = c.extent(-1);
    long k = a.extent(-1);
    node.add(
        "matmul, general",
        c.elements(),
        c.elements() * (k + 1.0) * 4,
        memory -> {
          Product product = new Product(a.dtype(), memory.at(a), b.dtype(), memory.at(b));
          MemorySegment target = memory.at(c);
          return (first, last, worker) -> {
            for (long i = first; i < last; i++) {
              long matrix = i / n / m;
              long left = (matrix * m + i / n % m) * k;
              product.put(c.dtype(), target, i, product.sum(left, 1, matrix * k * n + i % n, n, k));
            }
          };
        });
  }

  /**
   * Sums of products. Integer sums are carried as the bits of a double's companion: a long.
   *
   * @param aType of the left elements
   * @param a the left elements
   * @param bType of the right elements
   * @param b the right elements
   */
  record Product(DType aType, MemorySegment a, DType bType, MemorySegment b) {
    /** {@return the sum as the bits of a double, or as a wrapping integer} */
    long sum(long aAt, long aStep, long bAt, long bStep, long k) {
      if (aType.isFloat()) {
        double sum = 0;
        for (long i = 0; i < k; i++) {
          sum += left(aAt + i * aStep) * right(bAt + i * bStep);
        }
        return Double.doubleToRawLongBits(sum);
      }
      long sum = 0;
      for (long i = 0; i < k; i++) {
        sum +=
            Elements.integer(aType, a, (aAt + i * aStep) * aType.bytes())
                * Elements.integer(bType, b, (bAt + i * bStep) * bType.bytes());
      }
      return sum;
    }

    /** {@return two sums as {@link #sum} gives them, added} */
    long plus(long x, long y) {
      return aType.isFloat()
          ? Double.doubleToRawLongBits(Double.longBitsToDouble(x) + Double.longBitsToDouble(y))
          : x + y;
    }

    private double left(long at) {
      return Elements.number(aType, a, at * aType.bytes());
    }

    private double right(long at) {
      return Elements.number(bType, b, at * bType.bytes());
    }

    void put(DType to, MemorySegment target, long element, long sum) {
      if (to.isFloat()) {
        Elements.putNumber(to, target, element * to.bytes(), Double.longBitsToDouble(sum));
      } else {
        Elements.putInteger(to, target, element * to.bytes(), sum);
      }
    }
  }
}
