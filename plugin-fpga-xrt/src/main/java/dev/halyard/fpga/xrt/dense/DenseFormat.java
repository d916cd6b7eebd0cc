package dev.halyard.fpga.xrt.dense;

/**
 * The types of a layer: each of its tensors is of signed integers of 8 bits, or of 16 where wide.
 *
 * @param wideInput whether x has 16 bits
 * @param wideWeights whether the weights have 16 bits; narrow ones take half the time to read
 * @param wideOutput whether y has 16 bits
 * @param relu whether negative results become 0
 */
public record DenseFormat(
    boolean wideInput, boolean wideWeights, boolean wideOutput, boolean relu) {
  private static final int WIDE_INPUT = 1;
  private static final int WIDE_WEIGHTS = 2;
  private static final int WIDE_OUTPUT = 4;
  private static final int RELU = 8;
  private static final int ALL = WIDE_INPUT | WIDE_WEIGHTS | WIDE_OUTPUT | RELU;

  /**
   * {@return the format that the register {@code mode} stands for}
   *
   * @param mode the register
   * @throws IllegalArgumentException if it has a bit that means nothing
   */
  public static DenseFormat ofMode(int mode) {
    if ((mode & ~ALL) != 0) {
      throw new IllegalArgumentException(
          "dense knows the bits " + ALL + " of mode, not those of " + mode);
    }
    return new DenseFormat(
        (mode & WIDE_INPUT) != 0,
        (mode & WIDE_WEIGHTS) != 0,
        (mode & WIDE_OUTPUT) != 0,
        (mode & RELU) != 0);
  }

  /** {@return what the register {@code mode} holds for this format} */
  public int mode() {
    return (wideInput ? WIDE_INPUT : 0)
        | (wideWeights ? WIDE_WEIGHTS : 0)
        | (wideOutput ? WIDE_OUTPUT : 0)
        | (relu ? RELU : 0);
  }

  /** {@return the bytes of an element of x} */
  public int inputBytes() {
    return wideInput ? Short.BYTES : Byte.BYTES;
  }

  /** {@return the bytes of a weight} */
  public int weightBytes() {
    return wideWeights ? Short.BYTES : Byte.BYTES;
  }

  /** {@return the bytes of an element of y} */
  public int outputBytes() {
    return wideOutput ? Short.BYTES : Byte.BYTES;
  }
}
