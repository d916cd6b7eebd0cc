package dev.halyard.spi;

import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a node: an immutable map from names to integers, numbers, flags, texts, element
 * types, lists of integers, and shapes.
 *
 * <p>Which names an operation has, and of which kind, is part of its versioned id and never
 * changes.
 */
public final class Attributes {
  private static final Attributes NONE = new Attributes(new TreeMap<>());

  private final TreeMap<String, Object> values;

  private Attributes(TreeMap<String, Object> values) {
    this.values = values;
  }

  /** {@return no attributes} */
  public static Attributes none() {
    return NONE;
  }

  /**
   * {@return these attributes and an integer}
   *
   * @param name the attribute
   * @param value its value
   */
  public Attributes with(String name, long value) {
    return put(name, value);
  }

  /**
   * {@return these attributes and a number}
   *
   * @param name the attribute
   * @param value its value
   */
  public Attributes with(String name, double value) {
    return put(name, value);
  }

  /**
   * {@return these attributes and a flag}
   *
   * @param name the attribute
   * @param value its value
   */
  public Attributes with(String name, boolean value) {
    return put(name, value);
  }

  /**
   * {@return these attributes and a text}
   *
   * @param name the attribute
   * @param value its value
   */
  public Attributes with(String name, String value) {
    return put(name, value);
  }

  /**
   * {@return these attributes and an element type}
   *
   * @param name the attribute
   * @param value its value
   */
  public Attributes with(String name, DType value) {
    return put(name, value);
  }

  /**
   * {@return these attributes and a list of integers}
   *
   * @param name the attribute
   * @param value its value
   */
  public Attributes with(String name, long[] value) {
    return put(name, new Integers(value.clone()));
  }

  /**
   * {@return these attributes and a shape}
   *
   * @param name the attribute
   * @param value its value
   */
  public Attributes with(String name, Shape value) {
    return put(name, value);
  }

  /** A list of integers that compares by its content. */
  private record Integers(long[] values) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Integers integers && Arrays.equals(values, integers.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
      return Arrays.toString(values);
    }
  }

  private Attributes put(String name, Object value) {
    TreeMap<String, Object> more = new TreeMap<>(values);
    more.put(name, value);
    return new Attributes(more);
  }

  /** {@return the names, in alphabetical order} */
  public Set<String> names() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /**
   * {@return whether there is an attribute of that name}
   *
   * @param name the attribute
   */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /**
   * {@return an integer}
   *
   * @param name the attribute
   * @throws IllegalArgumentException if there is none of that name and kind
   */
  public long integer(String name) {
    return get(name, Long.class);
  }

  /**
   * {@return a number}
   *
   * @param name the attribute
   * @throws IllegalArgumentException if there is none of that name and kind
   */
  public double number(String name) {
    return get(name, Double.class);
  }

  /**
   * {@return a flag}
   *
   * @param name the attribute
   * @throws IllegalArgumentException if there is none of that name and kind
   */
  public boolean flag(String name) {
    return get(name, Boolean.class);
  }

  /**
   * {@return a text}
   *
   * @param name the attribute
   * @throws IllegalArgumentException if there is none of that name and kind
   */
  public String text(String name) {
    return get(name, String.class);
  }

  /**
   * {@return an element type}
   *
   * @param name the attribute
   * @throws IllegalArgumentException if there is none of that name and kind
   */
  public DType dtype(String name) {
    return get(name, DType.class);
  }

  /**
   * {@return a list of integers, in a new array}
   *
   * @param name the attribute
   * @throws IllegalArgumentException if there is none of that name and kind
   */
  public long[] integers(String name) {
    return get(name, Integers.class).values.clone();
  }

  /**
   * {@return a shape}
   *
   * @param name the attribute
   * @throws IllegalArgumentException if there is none of that name and kind
   */
  public Shape shape(String name) {
    return get(name, Shape.class);
  }

  private <T> T get(String name, Class<T> kind) {
    Object value = values.get(name);
    if (!kind.isInstance(value)) {
      throw new IllegalArgumentException(
          "no "
              + kind.getSimpleName().toLowerCase(java.util.Locale.ROOT)
              + " attribute '"
              + name
              + "' in "
              + this);
    }
    return kind.cast(value);
  }

  /**
   * {@return these attributes with every symbolic extent replaced by its value}
   *
   * @param dims a value for every symbol
   */
  public Attributes resolve(Dims dims) {
    return mapShapes(shape -> shape.resolve(dims));
  }

  private Attributes mapShapes(Function<Shape, Shape> change) {
    TreeMap<String, Object> changed = new TreeMap<>(values);
    changed.replaceAll((name, value) -> value instanceof Shape shape ? change.apply(shape) : value);
    return new Attributes(changed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Attributes attributes && values.equals(attributes.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** {@return such as {@code {axis=-1, keep_dims=true}}} */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
