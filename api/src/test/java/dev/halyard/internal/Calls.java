package dev.halyard.internal;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes calls of operations in short: {@code "axis=1 keep_dims=true"} on {@code "F32[2, n]"}. */
final class Calls {
  /** The bounds of every symbol. */
  static final long MIN = 1;

  static final long MAX = 512;

  private static final Pattern TYPE = Pattern.compile("(\\w+)\\[(.*)]");

  private Calls() {}

  /** {@return the types of the results of one node, as text} */
  static String types(String op, Attributes attributes, String... operands) {
    return graph(op, attributes, operands).outputs().stream()
        .map(value -> "" + value.dtype() + value.shape())
        .reduce((a, b) -> a + " " + b)
        .orElseThrow();
  }

  /** {@return a graph of one node, whose inputs are its operands} */
  static Graph graph(String op, Attributes attributes, String... operands) {
    return Graph.of(
        "net",
        g -> {
          List<Value> inputs = new ArrayList<>();
          for (String operand : operands) {
            ValueType type = type(operand);
            inputs.add(g.input("in" + inputs.size(), type.dtype(), type.shape()));
          }
          List<Value> results = g.op(op, attributes, inputs.toArray(Value[]::new));
          for (int i = 0; i < results.size(); i++) {
            g.output("out" + i, results.get(i));
          }
        });
  }

  static ValueType type(String text) {
    Matcher matcher = TYPE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    return new ValueType(DType.of(matcher.group(1)), shape(matcher.group(2)));
  }

  static Shape shape(String extents) {
    return extents.isBlank()
        ? Shape.scalar()
        : Shape.of(Arrays.stream(extents.split(",")).map(String::strip).map(Calls::dim).toList());
  }

  private static Dim dim(String extent) {
    return Character.isLetter(extent.charAt(0))
        ? Dim.symbol(extent, MIN, MAX)
        : Dim.of(Long.parseLong(extent));
  }

  /**
   * {@return attributes from words name=value: a number with a point is a NUMBER, {@code (1, n)} a
   * SHAPE, {@code [1, 2]} INTEGERS}
   */
  static Attributes given(String words) {
    Attributes attributes = Attributes.none();
    Matcher word = Pattern.compile("(\\w+)=(\\[[^]]*]|\\([^)]*\\)|\\S+)").matcher(words);
    while (word.find()) {
      attributes = with(attributes, word.group(1), word.group(2));
    }
    return attributes;
  }

  private static Attributes with(Attributes attributes, String name, String value) {
    if (value.startsWith("(")) {
      return attributes.with(name, shape(value.substring(1, value.length() - 1)));
    }
    if (value.startsWith("[")) {
      return attributes.with(name, shape(value.substring(1, value.length() - 1)).toArray());
    }
    if (value.equals("true") || value.equals("false")) {
      return attributes.with(name, Boolean.parseBoolean(value));
    }
    if (value.matches("-?\\d+")) {
      return attributes.with(name, Long.parseLong(value));
    }
    if (value.matches("-?\\d+\\.\\d+")) {
      return attributes.with(name, Double.parseDouble(value));
    }
    return DType.values().stream().anyMatch(dtype -> dtype.name().equals(value))
        ? attributes.with(name, DType.of(value))
        : attributes.with(name, value);
  }
}
