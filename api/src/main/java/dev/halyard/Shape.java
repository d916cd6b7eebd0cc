package dev.halyard;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The extents of a tensor, outermost axis first. Rank 0 is a scalar of one element. */
public final class Shape {
  private static final Shape SCALAR = new Shape(List.of());

  private final List<Dim> dims;

  private Shape(List<Dim> dims) {
    this.dims = dims;
  }

  /** {@return the shape of rank 0} */
  public static Shape scalar() {
    return SCALAR;
  }

  /**
   * {@return a fixed shape}
   *
   * @param extents each at least 0
   */
  public static Shape of(long... extents) {
    return new Shape(LongStream.of(extents).mapToObj(Dim::of).toList());
  }

  /**
   * {@return a shape that may be symbolic}
   *
   * @param dims one per axis
   */
  public static Shape of(Dim... dims) {
    return new Shape(List.of(dims));
  }

  /**
   * {@return a shape that may be symbolic}
   *
   * @param dims one per axis
   */
  public static Shape of(List<Dim> dims) {
    return new Shape(List.copyOf(dims));
  }

  /** {@return the number of axes} */
  public int rank() {
    return dims.size();
  }

  /**
   * {@return the extent of one axis}
   *
   * @param axis from 0 to rank - 1; or from -rank to -1, counted from the innermost axis
   * @throws IndexOutOfBoundsException if there is no such axis
   */
  public Dim dim(int axis) {
    return dims.get(axis < 0 ? axis + rank() : axis);
  }

  /** {@return the extents, unmodifiable} */
  public List<Dim> dims() {
    return Collections.unmodifiableList(dims);
  }

  /** {@return whether no extent is symbolic} */
  public boolean isStatic() {
    return dims.stream().allMatch(Dim::isConstant);
  }

  /**
   * {@return the extents as numbers, in a new array}
   *
   * @throws IllegalStateException if an extent is symbolic
   */
  public long[] toArray() {
    return dims.stream().mapToLong(Dim::constant).toArray();
  }

  /**
   * {@return the product of the extents; 1 for a scalar}
   *
   * @throws IllegalStateException if an extent is symbolic
   * @throws ArithmeticException if the product does not fit a long
   */
  public long elements() {
    return elements(toArray());
  }

  /**
   * {@return the product of extents; 1 for none}
   *
   * @param extents each at least 0
   * @throws ArithmeticException if the product does not fit a long
   */
  public static long elements(long... extents) {
    if (Arrays.stream(extents).anyMatch(extent -> extent == 0)) {
      return 0;
    }
    return Arrays.stream(extents).reduce(1, Math::multiplyExact);
  }

  /**
   * {@return this shape with every symbol replaced by its value}
   *
   * @param values a value for every symbol in this shape
   */
  public Shape resolve(Dims values) {
    return isStatic()
        ? this
        : new Shape(dims.stream().map(dim -> Dim.of(dim.evaluate(values))).toList());
  }

  /**
   * {@return this shape with one axis replaced}
   *
   * @param axis as for {@link #dim}
   * @param dim its new extent
   */
  public Shape with(int axis, Dim dim) {
    Dim[] changed = dims.toArray(Dim[]::new);
    changed[axis < 0 ? axis + rank() : axis] = dim;
    return of(changed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Shape shape && dims.equals(shape.dims);
  }

  @Override
  public int hashCode() {
    return dims.hashCode();
  }

  @Override
  public String toString() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
