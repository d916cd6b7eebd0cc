package dev.halyard.internal;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.InvalidGraphException;
import dev.halyard.Shape;
import dev.halyard.spi.Attributes;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One use of an operation while its types are inferred.
 *
 * @param graph the name of the graph, for messages
 * @param node the name of the node, for messages
 * @param op the versioned id of the operation
 * @param attributes the attributes
 * @param operands the types of the operands
 */
public record OpCall(
    String graph, String node, String op, Attributes attributes, List<ValueType> operands) {

  /** {@return the type of one operand} */
  public ValueType operand(int index) {
    return operands.get(index);
  }

  /** {@return the shape of one operand} */
  public Shape shape(int index) {
    return operands.get(index).shape();
  }

  /** {@return the element type of one operand} */
  public DType dtype(int index) {
    return operands.get(index).dtype();
  }

  /** {@return an error that names the node and shows every operand} */
  public InvalidGraphException error(String wanted) {
    return error(wanted, null);
  }

  /** {@return an error that names the node and shows every operand} */
  public InvalidGraphException error(String wanted, @Nullable Throwable cause) {
    String found = operands.stream().map(ValueType::toString).collect(Collectors.joining(", "));
    String given = attributes.names().isEmpty() ? "" : " " + attributes;
    return new InvalidGraphException(
        subject() + " (" + op + given + "): " + wanted + "; found (" + found + ")", cause);
  }

  /** {@return whether an error is one of this call, and not of a node within its body} */
  boolean isError(InvalidGraphException error) {
    return String.valueOf(error.getMessage()).startsWith(subject());
  }

  private String subject() {
    return "graph '" + graph + "', node '" + node + "'";
  }

  /** Throws unless a condition holds. */
  public void require(boolean condition, String wanted) {
    if (!condition) {
      throw error(wanted);
    }
  }

  /** Throws unless an operand has one of some element types. */
  public void requireDtype(int index, Set<DType> allowed) {
    if (!allowed.contains(dtype(index))) {
      throw error(
          "operand " + index + " must be one of " + names(allowed) + ", is " + dtype(index));
    }
  }

  private static String names(Set<DType> dtypes) {
    return DType.values().stream()
        .filter(dtypes::contains)
        .map(DType::name)
        .collect(Collectors.joining(" "));
  }

  /** Throws unless two operands have the same element type. */
  public void requireSameDtype(int a, int b) {
    if (dtype(a) != dtype(b)) {
      throw error(
          "operands "
              + a
              + " and "
              + b
              + " must have the same dtype, are "
              + dtype(a)
              + " and "
              + dtype(b)
              + "; cast one of them");
    }
  }

  /** Throws unless two operands have the same shape. */
  public void requireSameShape(int a, int b) {
    if (!shape(a).equals(shape(b))) {
      throw error(
          "operands "
              + a
              + " and "
              + b
              + " must have the same shape, are "
              + shape(a)
              + " and "
              + shape(b));
    }
  }

  /** {@return an axis of an operand, counted from the outermost} */
  public int axis(String attribute, int operand) {
    return axis(attributes.integer(attribute), shape(operand).rank());
  }

  private int axis(long axis, int rank) {
    require(axis >= -rank && axis < rank, "axis " + axis + " is outside rank " + rank);
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** {@return distinct axes of an operand, counted from the outermost, ascending} */
  public int[] axes(String attribute, int operand) {
    int rank = shape(operand).rank();
    int[] axes =
        Arrays.stream(attributes.integers(attribute))
            .mapToInt(axis -> axis(axis, rank))
            .sorted()
            .toArray();
    require(
        Arrays.stream(axes).distinct().count() == axes.length, attribute + " names an axis twice");
    return axes;
  }

  /** {@return a list of integers of a wanted length} */
  public long[] integers(String attribute, int length, String per) {
    long[] values = attributes.integers(attribute);
    require(
        values.length == length,
        attribute + " must have " + length + " entries, one per " + per + ", has " + values.length);
    return values;
  }

  /**
   * {@return the extent of a window that slides along an axis}
   *
   * <p>{@code floor((extent + low + high - dilation * (window - 1) - 1) / stride) + 1}, as in
   * ONNX's Conv and in "A guide to convolution arithmetic" (arXiv:1603.07285), relationship 15.
   */
  public Dim slide(Dim extent, Dim window, long dilation, long stride, long low, long high) {
    require(stride > 0 && dilation > 0, "strides and dilations must be positive");
    require(low >= 0 && high >= 0, "padding must not be negative; slice first");
    if (extent.is(0) && window.is(1) && low + high == 0) {
      // An empty axis that a window of several axes leaves alone, such as a batch of none.
      return extent;
    }
    Dim room =
        extent
            .plus(Math.addExact(low, high))
            .minus(window.minus(Dim.of(1)).times(dilation))
            .plus(-1);
    require(
        room.max() >= 0,
        "the window "
            + window
            + " (dilation "
            + dilation
            + ") does not fit the extent "
            + extent
            + " padded by "
            + low
            + " and "
            + high);
    return room.floorDiv(stride).plus(1);
  }
}
