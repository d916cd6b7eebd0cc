package dev.halyard.examples.digits;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What two networks took the same digits for.
 *
 * @param digits the digits
 * @param floats what the network in floats took each for
 * @param integers what the network in integers took each for
 */
public record Comparison(List<Digit> digits, List<Integer> floats, List<Integer> integers) {
  /** Makes a comparison. */
  public Comparison {
    digits = List.copyOf(digits);
    floats = List.copyOf(floats);
    integers = List.copyOf(integers);
  }

  /**
   * {@return the comparison of two networks}
   *
   * @param digits as many as each of them reads at a time
   * @param floats a network
   * @param integers another
   */
  public static Comparison of(
      List<Digit> digits, DigitClassifier floats, DigitClassifier integers) {
    return new Comparison(digits, boxed(floats.classify(digits)), boxed(integers.classify(digits)));
  }

  private static List<Integer> boxed(int[] classes) {
    return Arrays.stream(classes).boxed().toList();
  }

  /** {@return the part of the digits that the network in floats reads right, 0 to 1} */
  public double floatsRight() {
    return part(i -> floats.get(i) == digits.get(i).label());
  }

  /** {@return the part of the digits that the network in integers reads right, 0 to 1} */
  public double integersRight() {
    return part(i -> integers.get(i) == digits.get(i).label());
  }

  /** {@return the part of the digits that both take for the same, 0 to 1} */
  public double equal() {
    return part(i -> floats.get(i).equals(integers.get(i)));
  }

  private double part(IntPredicate holds) {
    return (double) indices().filter(holds).count() / digits.size();
  }

  /** {@return where the digits are that the network in integers misread, in order} */
  public List<Integer> misread() {
    return indices().filter(i -> integers.get(i) != digits.get(i).label()).boxed().toList();
  }

  private IntStream indices() {
    return IntStream.range(0, digits.size());
  }
}
