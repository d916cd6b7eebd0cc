package dev.halyard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The algebra of dimensions, against the same arithmetic on numbers. */
class DimProperties {
  private static final List<String> SYMBOLS = List.of("a", "b", "c");
  private static final long MIN = 2;
  private static final long MAX = 9;

  /** An expression twice: as a dimension, and as a function of the symbols' values. */
  record Expression(Dim dim, ToLongFunction<Dims> value) {
    @Override
    public String toString() {
      return dim.toString();
    }
  }

  @Provide
  Arbitrary<Expression> expressions() {
    return Arbitraries.lazyOf(
        () -> Arbitraries.longs().between(-20, 20).map(n -> new Expression(Dim.of(n), d -> n)),
        DimProperties::symbols,
        DimProperties::symbols,
        () ->
            Combinators.combine(expressions(), expressions())
                .as(
                    (x, y) ->
                        new Expression(
                            x.dim.plus(y.dim),
                            d -> x.value.applyAsLong(d) + y.value.applyAsLong(d))),
        () ->
            Combinators.combine(expressions(), Arbitraries.longs().between(-4, 4))
                .as((x, n) -> new Expression(x.dim.times(n), d -> x.value.applyAsLong(d) * n)),
        () ->
            Combinators.combine(expressions(), Arbitraries.longs().between(1, 6))
                .as(
                    (x, n) ->
                        new Expression(
                            x.dim.floorDiv(n), d -> Math.floorDiv(x.value.applyAsLong(d), n))));
  }

  private static Arbitrary<Expression> symbols() {
    return Arbitraries.of(SYMBOLS)
        .map(name -> new Expression(Dim.symbol(name, MIN, MAX), d -> d.get(name)));
  }

  @Provide
  Arbitrary<Dims> values() {
    Arbitrary<Long> value = Arbitraries.longs().between(MIN, MAX);
    return Combinators.combine(value, value, value)
        .as((a, b, c) -> Dims.of("a", a).and("b", b).and("c", c));
  }

  @Property
  void evaluatingCommutesWithEveryOperation(
      @ForAll("expressions") Expression x, @ForAll("values") Dims dims) {
    assertEquals(x.value.applyAsLong(dims), x.dim.evaluate(dims));
  }

  @Property
  void boundsHoldForEveryValue(@ForAll("expressions") Expression x, @ForAll("values") Dims dims) {
    long value = x.dim.evaluate(dims);
    assertTrue(x.dim.min() <= value && value <= x.dim.max(), () -> x + " = " + value);
  }

  @Property
  void sumsAreEqualInEveryOrder(
      @ForAll("expressions") Expression x,
      @ForAll("expressions") Expression y,
      @ForAll("expressions") Expression z,
      @ForAll Random random) {
    List<Dim> shuffled = new ArrayList<>(List.of(x.dim, y.dim, z.dim));
    java.util.Collections.shuffle(shuffled, random);
    Dim sum = shuffled.stream().reduce(Dim.of(0), Dim::plus);
    assertEquals(x.dim.plus(y.dim).plus(z.dim), sum);
    assertEquals(x.dim.plus(y.dim).plus(z.dim).hashCode(), sum.hashCode());
    assertEquals(x.dim.plus(y.dim).plus(z.dim).toString(), sum.toString());
  }

  @Property
  void takingAwayWhatWasAddedLeavesTheSame(
      @ForAll("expressions") Expression x, @ForAll("expressions") Expression y) {
    assertEquals(x.dim, x.dim.plus(y.dim).minus(y.dim));
  }

  @Property
  void factorsDistributeOverSums(
      @ForAll("expressions") Expression x,
      @ForAll("expressions") Expression y,
      @ForAll @IntRange(min = -5, max = 5) int n) {
    assertEquals(x.dim.times(n).plus(y.dim.times(n)), x.dim.plus(y.dim).times(n));
  }

  @Property
  void commonFactorsLeaveADivision(
      @ForAll("expressions") Expression x,
      @ForAll @LongRange(min = 1, max = 7) long n,
      @ForAll @LongRange(min = 1, max = 7) long d) {
    assertEquals(x.dim.floorDiv(d), x.dim.times(n).floorDiv(n * d));
  }

  @Property
  void divisionsOfDivisionsAreOne(
      @ForAll("values") Dims dims,
      @ForAll @LongRange(min = 1, max = 7) long n,
      @ForAll @LongRange(min = 1, max = 7) long d) {
    Dim x = Dim.symbol("a", MIN, MAX).plus(Dim.symbol("b", MIN, MAX).times(3)).plus(1);
    assertEquals(x.floorDiv(n * d), x.floorDiv(n).floorDiv(d));
    assertEquals(x.floorDiv(n * d).evaluate(dims), x.floorDiv(n).floorDiv(d).evaluate(dims));
  }

  @Property
  void wholeMultiplesMoveOutOfADivision(
      @ForAll("expressions") Expression x,
      @ForAll("expressions") Expression y,
      @ForAll @LongRange(min = 1, max = 7) long d) {
    assertEquals(y.dim.plus(x.dim.floorDiv(d)), y.dim.times(d).plus(x.dim).floorDiv(d));
  }
}
