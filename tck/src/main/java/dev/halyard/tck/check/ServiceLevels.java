package dev.halyard.tck.check;

import dev.halyard.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/** The latencies that a plugin declares in {@value #RESOURCE}: an array of {@link Level}s. */
public final class ServiceLevels {
  /** Where a plugin's jar keeps them. */
  public static final String RESOURCE = "META-INF/halyard/levels.json";

  /** The kernel classes that a level may name; docs/tck-latency.md says which graph each means. */
  public static final Set<String> KERNEL_CLASSES =
      Set.of("elementwise", "matmulS", "matmulM", "matmulL", "conv", "reduce", "fused");

  private static final Set<String> NAMES =
      Set.of("device", "kernelClass", "shape", "dtype", "batch", "p50Micros", "p99Micros");

  private ServiceLevels() {}

  /**
   * One declared latency.
   *
   * @param device {@code <plugin>:<index>}, a stable id or a device's name
   * @param kernelClass one of {@link #KERNEL_CLASSES}
   * @param shape the extents of the class's graph, at least one, all positive
   * @param dtype the element type
   * @param batch how many items a run computes, at least 1
   * @param p50Micros the median, in microseconds
   * @param p99Micros the 99th percentile, in microseconds; not less than the median
   */
  public record Level(
      String device,
      String kernelClass,
      List<Long> shape,
      DType dtype,
      long batch,
      double p50Micros,
      double p99Micros) {
    /** {@return the level's place in the name of a check} */
    public String title() {
      return device + " " + kernelClass + " " + dtype + shape + " batch " + batch;
    }
  }

  /**
   * Reads what a plugin declares, by the class loader that its class came from.
   *
   * @param plugin the plugin's class
   * @return the levels; empty if it declares none
   * @throws IllegalArgumentException if the file is malformed; the message names the entry
   * @throws UncheckedIOException if it cannot be read
   */
  public static Optional<List<Level>> of(Class<?> plugin) {
    ClassLoader loader = plugin.getClassLoader();
    if (loader == null) {
      return Optional.empty();
    }
    try (InputStream in = loader.getResourceAsStream(RESOURCE)) {
      return in == null
          ? Optional.empty()
          : Optional.of(parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * {@return the levels that a text declares}
   *
   * @param json the text
   * @throws IllegalArgumentException if it is malformed; the message names the entry
   */
  public static List<Level> parse(String json) {
    List<Object> entries;
    try {
      entries = JSON.std.listFrom(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(RESOURCE + " is no JSON array: " + e.getMessage(), e);
    }
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        levels.add(level(entries.get(i)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(RESOURCE + " entry " + i + ": " + e.getMessage(), e);
      }
    }
    return levels;
  }

  private static Level level(Object entry) {
    if (!(entry instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException("wants an object, found " + entry);
    }
    for (Object name : map.keySet()) {
      require(NAMES.contains(name), "unknown name '" + name + "'; known are " + NAMES);
    }
    String kernelClass = text(map, "kernelClass");
    require(
        KERNEL_CLASSES.contains(kernelClass),
        "kernelClass is '" + kernelClass + "'; known are " + KERNEL_CLASSES);
    double p50 = number(map, "p50Micros").doubleValue();
    double p99 = number(map, "p99Micros").doubleValue();
    require(
        p50 > 0 && p50 <= p99 && Double.isFinite(p99),
        "wants 0 < p50Micros <= p99Micros, found " + p50 + " and " + p99);
    return new Level(
        text(map, "device"),
        kernelClass,
        shape(map.get("shape")),
        DType.of(text(map, "dtype")),
        positive(number(map, "batch"), "batch"),
        p50,
        p99);
  }

  private static List<Long> shape(@Nullable Object value) {
    if (!(value instanceof List<?> extents) || extents.isEmpty()) {
      throw new IllegalArgumentException("shape wants extents, found " + value);
    }
    List<Long> shape = new ArrayList<>();
    for (Object extent : extents) {
      require(extent instanceof Number, "shape wants numbers, found " + extent);
      shape.add(positive((Number) extent, "an extent"));
    }
    return List.copyOf(shape);
  }

  private static long positive(Number value, String what) {
    require(
        value.doubleValue() == value.longValue() && value.longValue() >= 1,
        what + " wants a whole number of at least 1, found " + value);
    return value.longValue();
  }

  private static String text(Map<?, ?> map, String name) {
    if (map.get(name) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new IllegalArgumentException(name + " wants text, found " + map.get(name));
  }

  private static Number number(Map<?, ?> map, String name) {
    if (map.get(name) instanceof Number number) {
      return number;
    }
    throw new IllegalArgumentException(name + " wants a number, found " + map.get(name));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
