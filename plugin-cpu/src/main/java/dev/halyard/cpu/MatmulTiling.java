package dev.halyard.cpu;

/**
 * How a product of F32 matrices is cut for a vector width.
 *
 * @param bits width of a vector
 * @param panelVectors vectors in a row of a packed panel of B
 * @param rows rows of the largest tile
 */
record MatmulTiling(int bits, int panelVectors, int rows) {

  /**
   * {@return the tiling for a vector width}
   *
   * <p>Rows times vectors are accumulators; with a vector per column and one of A they must fit the
   * registers: 32 with AVX-512 and NEON (6 x 3 + 4), 16 with SSE and AVX2 (6 x 2 + 3).
   *
   * @param bits 128, 256 or 512
   * @param panelVectors 1 to {@link #mostPanelVectors}
   */
  static MatmulTiling of(int bits, int panelVectors) {
    return new MatmulTiling(
        bits, panelVectors, panelVectors == 3 ? 6 : manyRegisters(bits) ? 8 : 6);
  }

  /**
   * {@return the vectors of the widest panel for a vector width}
   *
   * @param bits 128, 256 or 512
   */
  static int mostPanelVectors(int bits) {
    return manyRegisters(bits) ? 3 : 2;
  }

  private static boolean manyRegisters(int bits) {
    return bits == 512 || System.getProperty("os.arch").equals("aarch64");
  }

  /** {@return floats in a vector} */
  int lanes() {
    return bits / Float.SIZE;
  }

  /** {@return bytes of a vector} */
  int vectorBytes() {
    return bits / Byte.SIZE;
  }

  /** {@return columns of a packed panel of B} */
  int panelColumns() {
    return panelVectors * lanes();
  }

  /** {@return bytes of a row of a packed panel of B} */
  int panelBytes() {
    return panelVectors * vectorBytes();
  }
}
