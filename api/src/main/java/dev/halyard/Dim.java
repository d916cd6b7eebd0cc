package dev.halyard;

import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The extent of one axis: a number, or an affine expression over named symbols.
 *
 * <p>Expressions are sums of integer multiples of symbols and of {@code floorDiv}s of expressions
 * by positive numbers. They are kept in a normal form: the order of sums does not matter, common
 * factors and whole multiples leave a division, and divisions of divisions are one. What differs in
 * that form is taken to differ, as {@code floor(x/2) + floor((x+1)/2)} and {@code x} do. A symbol
 * is known by its name: within a graph, equal names mean the same extent.
 */
public final class Dim {
  private static final Comparator<Atom> ORDER = Comparator.comparing(Atom::toString);

  private final long constant;
  private final SortedMap<Atom, Long> terms;

  private Dim(long constant, SortedMap<Atom, Long> terms) {
    this.constant = constant;
    this.terms = terms;
  }

  /** A symbol (when {@code divisor} is 0), or the floor of {@code of / divisor}. */
  private record Atom(String name, long min, long max, @Nullable Dim of, long divisor) {
    static Atom floorDiv(Dim of, long divisor) {
      return new Atom(
          "", Math.floorDiv(of.min(), divisor), Math.floorDiv(of.max(), divisor), of, divisor);
    }

    long evaluate(Dims dims) {
      return of == null ? dims.get(name) : Math.floorDiv(of.evaluate(dims), divisor);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Atom atom
          && name.equals(atom.name)
          && divisor == atom.divisor
          && Objects.equals(of, atom.of);
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, divisor, of);
    }

    @Override
    public String toString() {
      return of == null ? name : "floor((" + of + ")/" + divisor + ")";
    }
  }

  /**
   * Makes a fixed extent.
   *
   * @param extent the number; may be negative in an intermediate expression
   * @return the dimension
   */
  public static Dim of(long extent) {
    return new Dim(extent, new TreeMap<>(ORDER));
  }

  /**
   * Makes a symbol that may take any value from 1 to 2^31 - 1.
   *
   * @param name the symbol's name, equal names being equal extents within a graph
   * @return the dimension
   */
  public static Dim symbol(String name) {
    return symbol(name, 1, Integer.MAX_VALUE);
  }

  /**
   * Makes a symbol with bounds.
   *
   * @param name the symbol's name: letters, digits and {@code _ . - :}, starting with a letter or _
   * @param min the smallest value it may take, at least 0
   * @param max the largest value it may take
   * @return the dimension
   * @throws IllegalArgumentException if the name is malformed or the bounds are empty
   */
  public static Dim symbol(String name, long min, long max) {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_.:-]*")) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name for a dimension; use letters, digits and _ . - :");
    }
    if (min < 0 || max < min) {
      throw new IllegalArgumentException(
          "dimension '" + name + "' has bounds [" + min + ", " + max + "]; want 0 <= min <= max");
    }
    TreeMap<Atom, Long> terms = new TreeMap<>(ORDER);
    terms.put(new Atom(name, min, max, null, 0), 1L);
    return new Dim(0, terms);
  }

  /** {@return whether this is a plain number} */
  public boolean isConstant() {
    return terms.isEmpty();
  }

  /**
   * {@return whether this is the number {@code extent}}
   *
   * @param extent the number to compare with
   */
  public boolean is(long extent) {
    return isConstant() && constant == extent;
  }

  /**
   * {@return the number that this is}
   *
   * @throws IllegalStateException if this depends on a symbol
   */
  public long constant() {
    if (!isConstant()) {
      throw new IllegalStateException(
          "dimension " + this + " is symbolic; evaluate it with Dims first");
    }
    return constant;
  }

  /**
   * {@return this plus {@code other}}
   *
   * @param other the summand
   */
  public Dim plus(Dim other) {
    TreeMap<Atom, Long> sum = new TreeMap<>(terms);
    other.terms.forEach((atom, factor) -> sum.merge(atom, factor, Math::addExact));
    sum.values().removeIf(factor -> factor == 0);
    return new Dim(Math.addExact(constant, other.constant), sum);
  }

  /**
   * {@return this plus {@code other}}
   *
   * @param other the summand
   */
  public Dim plus(long other) {
    return new Dim(Math.addExact(constant, other), terms);
  }

  /**
   * {@return this minus {@code other}}
   *
   * @param other the subtrahend
   */
  public Dim minus(Dim other) {
    return plus(other.times(-1));
  }

  /**
   * {@return this times {@code factor}}
   *
   * @param factor a number
   */
  public Dim times(long factor) {
    TreeMap<Atom, Long> product = new TreeMap<>(ORDER);
    if (factor != 0) {
      terms.forEach((atom, old) -> product.put(atom, Math.multiplyExact(old, factor)));
    }
    return new Dim(Math.multiplyExact(constant, factor), product);
  }

  /**
   * {@return the floor of this divided by {@code divisor}}
   *
   * @param divisor a positive number
   * @throws IllegalArgumentException if the divisor is not positive
   */
  public Dim floorDiv(long divisor) {
    if (divisor <= 0) {
      throw new IllegalArgumentException(
          "cannot divide dimension " + this + " by " + divisor + "; want a positive number");
    }
    if (isConstant() || divisor == 1) {
      return isConstant() ? of(Math.floorDiv(constant, divisor)) : this;
    }
    // floor((d*q + r) / d) = q + floor(r / d): multiples of the divisor move out, which makes the
    // form normal.
    TreeMap<Atom, Long> whole = new TreeMap<>(ORDER);
    TreeMap<Atom, Long> rest = new TreeMap<>(ORDER);
    terms.forEach(
        (atom, factor) -> {
          putNonZero(whole, atom, Math.floorDiv(factor, divisor));
          putNonZero(rest, atom, Math.floorMod(factor, divisor));
        });
    Dim quotient = new Dim(Math.floorDiv(constant, divisor), whole);
    if (rest.isEmpty()) {
      return quotient;
    }
    return quotient.plus(floorOf(Math.floorMod(constant, divisor), rest, divisor));
  }

  /** {@return the floor of (constant + terms) / divisor, where no multiple can move out} */
  private static Dim floorOf(long constant, SortedMap<Atom, Long> terms, long divisor) {
    long common = divisor;
    for (long factor : terms.values()) {
      common = gcd(common, factor);
    }
    // floor((g*a + c) / (g*d)) = floor((a + floor(c / g)) / d)
    long shared = common;
    TreeMap<Atom, Long> reduced = new TreeMap<>(terms);
    reduced.replaceAll((atom, factor) -> factor / shared);
    Dim dividend = new Dim(Math.floorDiv(constant, shared), reduced);
    for (Map.Entry<Atom, Long> term : reduced.entrySet()) {
      Dim inner = term.getKey().of;
      if (term.getValue() == 1 && inner != null) {
        // floor((floor(x / m) + c) / d) = floor((x + c*m) / (m*d))
        long m = term.getKey().divisor;
        TreeMap<Atom, Long> others = new TreeMap<>(reduced);
        others.remove(term.getKey());
        return inner
            .plus(new Dim(dividend.constant, others).times(m))
            .floorDiv(Math.multiplyExact(m, divisor / shared));
      }
    }
    TreeMap<Atom, Long> floor = new TreeMap<>(ORDER);
    floor.put(Atom.floorDiv(dividend, divisor / shared), 1L);
    return new Dim(0, floor);
  }

  private static long gcd(long a, long b) {
    return b == 0 ? Math.abs(a) : gcd(b, a % b);
  }

  private static void putNonZero(Map<Atom, Long> into, Atom atom, long factor) {
    if (factor != 0) {
      into.put(atom, factor);
    }
  }

  /**
   * {@return the value of this expression}
   *
   * @param dims a value for every symbol of this expression
   * @throws IllegalArgumentException if a symbol has no value
   */
  public long evaluate(Dims dims) {
    long sum = constant;
    for (Map.Entry<Atom, Long> term : terms.entrySet()) {
      sum = Math.addExact(sum, Math.multiplyExact(term.getValue(), term.getKey().evaluate(dims)));
    }
    return sum;
  }

  /** {@return a lower bound of this expression, from the bounds of its symbols} */
  public long min() {
    long sum = constant;
    for (Map.Entry<Atom, Long> term : terms.entrySet()) {
      long factor = term.getValue();
      sum =
          saturatingAdd(
              sum,
              saturatingMultiply(factor, factor > 0 ? term.getKey().min() : term.getKey().max()));
    }
    return sum;
  }

  /** {@return an upper bound of this expression, from the bounds of its symbols} */
  public long max() {
    long sum = constant;
    for (Map.Entry<Atom, Long> term : terms.entrySet()) {
      long factor = term.getValue();
      sum =
          saturatingAdd(
              sum,
              saturatingMultiply(factor, factor > 0 ? term.getKey().max() : term.getKey().min()));
    }
    return sum;
  }

  private static long saturatingAdd(long a, long b) {
    long sum = a + b;
    boolean overflow = ((a ^ sum) & (b ^ sum)) < 0;
    return overflow ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
  }

  private static long saturatingMultiply(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    boolean fits = (high == 0 && low >= 0) || (high == -1 && low < 0);
    return fits ? low : ((a < 0) == (b < 0) ? Long.MAX_VALUE : Long.MIN_VALUE);
  }

  /**
   * Shows the terms of this expression, for code that writes or translates expressions.
   *
   * @param visitor called once per term, in normal order
   * @return the constant summand
   */
  public long decompose(Visitor visitor) {
    BiConsumer<Atom, Long> show =
        (atom, factor) -> {
          if (atom.of == null) {
            visitor.symbol(factor, atom.name, atom.min, atom.max);
          } else {
            visitor.floorDiv(factor, atom.of, atom.divisor);
          }
        };
    terms.forEach(show);
    return constant;
  }

  /** Receives the terms of a {@link Dim}. */
  public interface Visitor {
    /**
     * Receives {@code factor * name}.
     *
     * @param factor not 0
     * @param name the symbol
     * @param min its lower bound
     * @param max its upper bound
     */
    void symbol(long factor, String name, long min, long max);

    /**
     * Receives {@code factor * floor(of / divisor)}.
     *
     * @param factor not 0
     * @param of the dividend
     * @param divisor at least 2
     */
    void floorDiv(long factor, Dim of, long divisor);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Dim dim && constant == dim.constant && terms.equals(dim.terms);
  }

  @Override
  public int hashCode() {
    return Objects.hash(constant, terms);
  }

  @Override
  public String toString() {
    if (isConstant()) {
      return Long.toString(constant);
    }
    String sum =
        terms.entrySet().stream()
            .map(
                term ->
                    term.getValue() == 1
                        ? term.getKey().toString()
                        : term.getValue() + "*" + term.getKey())
            .collect(Collectors.joining("+"));
    return (constant == 0 ? sum : sum + "+" + constant).replace("+-", "-");
  }
}
