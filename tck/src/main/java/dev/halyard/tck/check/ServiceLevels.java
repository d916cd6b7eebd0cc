package dev.halyard.tck.check;

import dev.halyard.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/** The latencies that a plugin declares in {@value #RESOURCE}: an array of {@link Level}s. */
public final class ServiceLevels {
  /** Where a plugin's jar keeps them. */
  public static final String RESOURCE = "META-INF/halyard/levels.json";

  private static final int ANY = 0;

  /** The kernel classes that a level may name, with how many extents the shape of each has. */
  private static final Map<String, Integer> KERNEL_CLASSES =
      Map.of(
          "elementwise", ANY,
          "matmulS", 3,
          "matmulM", 3,
          "matmulL", 3,
          "conv", 6,
          "reduce", ANY,
          "fused", 3);

  /** From so many multiplications on, a matmul is M; from so many, L. */
  private static final long MEDIUM = 1L << 20;

  private static final long LARGE = 1L << 27;

  private static final Set<String> NAMES =
      Set.of("device", "kernelClass", "shape", "dtype", "batch", "p50Micros", "p99Micros");

  private ServiceLevels() {}

  /**
   * One declared latency.
   *
   * @param device {@code <plugin>:<index>}, a stable id or a device's name
   * @param kernelClass {@code elementwise}, {@code matmulS}, {@code matmulM}, {@code matmulL},
   *     {@code conv}, {@code reduce} or {@code fused}; docs/conformance.md says which graph each is
   * @param shape the extents of the class's graph, all positive; docs/conformance.md says which
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
    /**
     * {@return the level's place in the name of a check, such as {@code fused 8x256x256 batch 1}}
     */
    public String title() {
      String extents = shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
      return kernelClass + " " + extents + " batch " + batch;
    }
  }

  /**
   * Reads what a plugin declares for its devices, by the class loader that its class came from.
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
      throw new IllegalArgumentException(
          RESOURCE + " is no JSON array: " + e.getOriginalMessage(), e);
    }
    List<Level> levels = new ArrayList<>();
    Set<List<Object>> promised = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        Level level = level(entries.get(i));
        require(
            promised.add(List.of(level.device(), level.dtype(), level.title())),
            level.device() + " " + level.dtype() + " " + level.title() + " is promised twice");
        levels.add(level);
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
        KERNEL_CLASSES.containsKey(kernelClass),
        "kernelClass is '"
            + kernelClass
            + "'; known are "
            + new TreeSet<>(KERNEL_CLASSES.keySet()));
    double p50 = number(map, "p50Micros").doubleValue();
    double p99 = number(map, "p99Micros").doubleValue();
    require(
        p50 > 0 && p50 <= p99 && Double.isFinite(p99),
        "wants 0 < p50Micros <= p99Micros, found " + p50 + " and " + p99);
    Level level =
        new Level(
            text(map, "device"),
            kernelClass,
            shape(map.get("shape")),
            DType.of(text(map, "dtype")),
            positive(number(map, "batch"), "batch"),
            p50,
            p99);
    requireGraph(level);
    return level;
  }

  /** What the class's graph asks of shape and dtype. */
  private static void requireGraph(Level level) {
    String kernelClass = level.kernelClass();
    List<Long> shape = level.shape();
    int extents = KERNEL_CLASSES.getOrDefault(kernelClass, ANY);
    require(
        extents == ANY || shape.size() == extents,
        kernelClass + " wants a shape of " + extents + " extents, found " + shape);
    if (kernelClass.startsWith("matmul")) {
      double products = level.batch();
      for (long extent : shape) {
        products *= extent;
      }
      String size = products < MEDIUM ? "matmulS" : products < LARGE ? "matmulM" : "matmulL";
      require(
          kernelClass.equals(size),
          level.title() + " takes " + (long) products + " multiplications, which is a " + size);
    }
    boolean numbers = !level.dtype().equals(DType.BOOL);
    require(
        kernelClass.equals("fused") ? level.dtype().isFloat() : numbers,
        kernelClass + " is not computed in " + level.dtype());
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
