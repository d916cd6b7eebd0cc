package dev.halyard.onnx;

import dev.halyard.Dim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be said about extents when some are symbols. Null stands for: not an affine one. */
final class DimMath {
  private DimMath() {}

  /** {@return the number of terms, those within divisions included} */
  static int terms(Dim dim) {
    int[] terms = {0};
    dim.decompose(
        new Dim.Visitor() {
          @Override
          public void symbol(long factor, String name, long min, long max) {
            terms[0]++;
          }

          @Override
          public void floorDiv(long factor, Dim of, long divisor) {
            terms[0] += 1 + terms(of);
          }
        });
    return terms[0];
  }

  /** {@return the product, if at most one factor is symbolic} */
  static @Nullable Dim product(List<Dim> factors) {
    return quotient(factors, List.of());
  }

  /** {@return the product of some extents divided by that of others, if it comes out even} */
  static @Nullable Dim quotient(List<Dim> numerators, List<Dim> denominators) {
    long number = 1;
    List<Dim> symbolic = new ArrayList<>();
    for (Dim factor : numerators) {
      if (factor.is(0)) {
        return denominators.stream().allMatch(d -> d.min() > 0) ? Dim.of(0) : null;
      }
      long content = content(factor);
      number = Math.multiplyExact(number, content);
      if (!factor.isConstant()) {
        symbolic.add(factor.floorDiv(content));
      }
    }
    long divisor = 1;
    for (Dim factor : denominators) {
      long content = content(factor);
      divisor = Math.multiplyExact(divisor, content);
      if (!factor.isConstant() && !symbolic.remove(factor.floorDiv(content))) {
        return null;
      }
    }
    if (divisor == 0 || symbolic.size() > 1) {
      return null;
    }
    Dim product = symbolic.isEmpty() ? Dim.of(number) : symbolic.getFirst().times(number);
    Dim result = divisor < 0 ? null : product.floorDiv(divisor);
    return result != null && result.times(divisor).equals(product) ? result : null;
  }

  /** {@return the product of two, if one is a number} */
  static @Nullable Dim times(Dim a, Dim b) {
    return product(List.of(a, b));
  }

  /** {@return the quotient rounded towards zero} */
  static @Nullable Dim divide(Dim a, Dim b) {
    if (a.isConstant() && b.isConstant()) {
      return b.is(0) ? null : Dim.of(a.constant() / b.constant());
    }
    Dim even = quotient(List.of(a), List.of(b));
    if (even != null) {
      return even;
    }
    return b.isConstant() && b.constant() > 0 && a.min() >= 0 ? a.floorDiv(b.constant()) : null;
  }

  /** {@return the quotient rounded up, for a positive number} */
  static Dim ceilDivide(Dim a, long b) {
    return a.plus(b - 1).floorDiv(b);
  }

  /** {@return -1, 0 or 1 as for a comparison; null if it depends on the symbols} */
  static @Nullable Integer compare(Dim a, Dim b) {
    Dim difference = a.minus(b);
    if (difference.is(0)) {
      return 0;
    }
    if (difference.min() > 0) {
      return 1;
    }
    return difference.max() < 0 ? Integer.valueOf(-1) : null;
  }

  /** {@return whether two are equal; null if it depends on the symbols} */
  static @Nullable Boolean equal(Dim a, Dim b) {
    Integer order = compare(a, b);
    return order == null ? null : Boolean.valueOf(order == 0);
  }

  /** {@return the lesser, if it is known which that is} */
  static @Nullable Dim min(Dim a, Dim b) {
    return atMost(a, b) ? a : atMost(b, a) ? b : null;
  }

  /** {@return the greater, if it is known which that is} */
  static @Nullable Dim max(Dim a, Dim b) {
    return atMost(a, b) ? b : atMost(b, a) ? a : null;
  }

  /** {@return whether a is known to be at most b} */
  static boolean atMost(Dim a, Dim b) {
    return b.minus(a).min() >= 0;
  }

  /** {@return the greatest number that divides every coefficient; the number itself of a number} */
  private static long content(Dim dim) {
    if (dim.isConstant()) {
      return dim.constant();
    }
    long[] common = {0};
    long constant =
        dim.decompose(
            new Dim.Visitor() {
              @Override
              public void symbol(long factor, String name, long min, long max) {
                common[0] = gcd(common[0], factor);
              }

              @Override
              public void floorDiv(long factor, Dim of, long divisor) {
                common[0] = gcd(common[0], factor);
              }
            });
    return gcd(common[0], constant);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? Math.abs(a) : gcd(b, a % b);
  }
}
