package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.util.SplittableRandom;

/** Integer arithmetic in 64 bits: the oracle of rules N-203 and N-204. */
final class Integers {
  private Integers() {}

  /** {@return the least number of an integer type} */
  static long least(DType dtype) {
    return dtype == DType.U8 ? 0 : Long.MIN_VALUE >> (64 - 8 * dtype.bytes());
  }

  /** {@return the greatest number of an integer type} */
  static long greatest(DType dtype) {
    return dtype == DType.U8 ? 255 : Long.MAX_VALUE >> (64 - 8 * dtype.bytes());
  }

  /** {@return what is left of a number in a type} */
  static long wrapped(DType dtype, long value) {
    int unused = 64 - 8 * dtype.bytes();
    return dtype == DType.U8 ? value & 0xFF : value << unused >> unused;
  }

  /** {@return a number of a type, often one of its ends} */
  static long any(DType dtype, SplittableRandom random) {
    return switch (random.nextInt(6)) {
      case 0 -> least(dtype);
      case 1 -> greatest(dtype);
      default -> wrapped(dtype, random.nextLong());
    };
  }

  /** {@return a tensor of {@link #any} numbers} */
  static Tensor any(DType dtype, SplittableRandom random, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setLong(i, any(dtype, random));
    }
    return tensor;
  }

  /** {@return the product of a matrix [m, k] and one [k, n], modulo 2^64} */
  static long[] matmul(long[] a, long[] b, int m, int k, int n) {
    long[] sums = new long[m * n];
    for (int row = 0; row < m; row++) {
      for (int i = 0; i < k; i++) {
        for (int column = 0; column < n; column++) {
          sums[row * n + column] += a[row * k + i] * b[i * n + column];
        }
      }
    }
    return sums;
  }

  /** {@return a convolution, modulo 2^64; padding is 0} */
  static long[] conv(long[] x, long[] w, DotCase.Conv c) {
    int result = c.result();
    long[] sums = new long[c.batch() * c.groups() * c.out() * result * result];
    for (int at = 0; at < sums.length; at++) {
      int channel = at / (result * result) % (c.groups() * c.out());
      int item = at / (result * result * c.groups() * c.out());
      for (int k = 0; k < c.terms(); k++) {
        int from = c.from(item, channel, at / result % result, at % result, k);
        sums[at] += from < 0 ? 0 : x[from] * w[channel * c.terms() + k];
      }
    }
    return sums;
  }
}
