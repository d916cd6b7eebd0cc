package dev.halyard.onnx;

import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.onnx.proto.TensorShapeProto;
import dev.halyard.onnx.proto.TypeProto;
import dev.halyard.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the dynamic dimensions of a model into symbols, or into the numbers they are fixed to. */
final class Symbols {
  private final Map<String, Long> fixed;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();

  /** The next number to tell apart names that are the same once sanitised. */
  private final Map<String, Integer> suffixes = new HashMap<>();

  Symbols(Map<String, Long> fixed) {
    this.fixed = fixed;
  }

  /** {@return a declared port} */
  OnnxPort port(ValueInfoProto info) {
    TypeProto.Tensor tensor = info.getType().getTensorType();
    if (!info.getType().hasTensorType()) {
      return new OnnxPort(info.getName(), "no tensor", null, null);
    }
    return new OnnxPort(
        info.getName(),
        ElementTypes.name(tensor.getElemType()),
        ElementTypes.dtype(tensor.getElemType()),
        tensor.hasShape() ? shape(info.getName(), tensor.getShape()) : null);
  }

  private Shape shape(String port, TensorShapeProto shape) {
    List<Dim> dims = new ArrayList<>();
    for (TensorShapeProto.Dimension dim : shape.getDimList()) {
      // Exporters write -1 for an extent that is not known.
      if (dim.hasDimValue() && dim.getDimValue() >= 0) {
        dims.add(Dim.of(dim.getDimValue()));
      } else {
        String given = dim.getDimParam().isBlank() ? port + "_" + dims.size() : dim.getDimParam();
        dims.add(dim(given));
      }
    }
    return Shape.of(dims);
  }

  private Dim dim(String given) {
    String symbol = symbolOf(given);
    Long number = fixed.getOrDefault(given, fixed.get(symbol));
    return number == null ? Dim.symbol(symbol) : Dim.of(number);
  }

  private String symbolOf(String given) {
    String known = names.get(given);
    if (known != null) {
      return known;
    }
    String plain = sanitised(given);
    String free = plain;
    while (!used.add(free)) {
      free = plain + "_" + suffixes.merge(plain, 2, (next, two) -> next + 1);
    }
    names.put(given, free);
    return free;
  }

  private static String sanitised(String given) {
    String plain = given.replaceAll("[^A-Za-z0-9_.:-]", "_");
    return plain.matches("[A-Za-z_].*") ? plain : "_" + plain;
  }

  /** {@return the symbols that {@link #port} has met, in order} */
  List<String> met() {
    return List.copyOf(names.values());
  }

  /**
   * Checks what was fixed, once every input has been seen.
   *
   * @throws IllegalArgumentException if a name is none of the model's, or a number is negative
   */
  void requireKnown(String model) {
    fixed.forEach(
        (name, number) -> {
          if (!names.containsKey(name) && !used.contains(name)) {
            throw new IllegalArgumentException(
                model + " has no dimension '" + name + "' to fix; it has " + names.values());
          }
          requireExtent(model, name, number);
        });
  }

  private static void requireExtent(String model, String name, @Nullable Long number) {
    if (number == null || number < 0) {
      throw new IllegalArgumentException(
          model + ": dimension '" + name + "' cannot be " + number + "; want at least 0");
    }
  }
}
