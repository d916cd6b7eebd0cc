package dev.halyard;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values for the symbolic dimensions of a graph: {@code Dims.of("batch", 4).and("sequence", 128)}.
 */
public final class Dims {
  private static final Dims NONE = new Dims(new TreeMap<>());

  private final SortedMap<String, Long> values;

  private Dims(SortedMap<String, Long> values) {
    this.values = values;
  }

  /** {@return no values, for a graph whose shapes are all fixed} */
  public static Dims none() {
    return NONE;
  }

  /**
   * {@return a value for one symbol}
   *
   * @param name the symbol
   * @param value its value, at least 0
   */
  public static Dims of(String name, long value) {
    return NONE.and(name, value);
  }

  /**
   * {@return these values, with that of {@code name} added or replaced}
   *
   * @param name the symbol
   * @param value its value, at least 0
   * @throws IllegalArgumentException if the value is negative
   */
  public Dims and(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "dimension '" + name + "' cannot be " + value + "; want at least 0");
    }
    TreeMap<String, Long> more = new TreeMap<>(values);
    more.put(name, value);
    return new Dims(more);
  }

  /**
   * {@return the value of a symbol}
   *
   * @param name the symbol
   * @throws IllegalArgumentException if it has none
   */
  public long get(String name) {
    Long value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "dimension '" + name + "' has no value; given are " + this);
    }
    return value;
  }

  /**
   * {@return whether a symbol has a value}
   *
   * @param name the symbol
   */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** {@return the values by name, in alphabetical order} */
  public Map<String, Long> asMap() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Dims dims && values.equals(dims.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
