package dev.halyard.spi;

import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
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

  private final SortedMap<String, Object> values;

  private Attributes(SortedMap<String, Object> values) {
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
    return put(name, Integers.of(value));
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

  /** A list of integers, told from other objects by its class. */
  private record Integers(List<Long> values) {
    static Integers of(long... values) {
      return new Integers(Arrays.stream(values).boxed().toList());
    }

    long[] toArray() {
      return values.stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public String toString() {
      return values.toString();
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
    return get(name, Integers.class).toArray();
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
   * Shows every attribute, for code that writes or translates them.
   *
   * @param visitor called once per attribute, in alphabetical order of their names
   */
  public void accept(Visitor visitor) {
    values.forEach(
        (name, value) -> {
          switch (value) {
            case Long integer -> visitor.integer(name, integer);
            case Double number -> visitor.number(name, number);
            case Boolean flag -> visitor.flag(name, flag);
            case String text -> visitor.text(name, text);
            case DType dtype -> visitor.dtype(name, dtype);
            case Integers integers -> visitor.integers(name, integers.toArray());
            case Shape shape -> visitor.shape(name, shape);
            default -> throw new AssertionError("attribute '" + name + "' of " + value.getClass());
          }
        });
  }

  /** Receives attributes, each by the method of its kind. A later kind adds a default method. */
  public interface Visitor {
    /**
     * Receives an integer.
     *
     * @param name the attribute
     * @param value its value
     */
    void integer(String name, long value);

    /**
     * Receives a number.
     *
     * @param name the attribute
     * @param value its value
     */
    void number(String name, double value);

    /**
     * Receives a flag.
     *
     * @param name the attribute
     * @param value its value
     */
    void flag(String name, boolean value);

    /**
     * Receives a text.
     *
     * @param name the attribute
     * @param value its value
     */
    void text(String name, String value);

    /**
     * Receives an element type.
     *
     * @param name the attribute
     * @param value its value
     */
    void dtype(String name, DType value);

    /**
     * Receives a list of integers.
     *
     * @param name the attribute
     * @param value its value, a new array
     */
    void integers(String name, long[] value);

    /**
     * Receives a shape.
     *
     * @param name the attribute
     * @param value its value
     */
    void shape(String name, Shape value);
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
