package dev.halyard.cpu;

/**
 * One register tile of a matrix product: a few rows of A by one packed panel of B, or by several.
 * Row count, vectors and panels are fixed per implementation, which {@link MatmulTileGenerator}
 * makes.
 */
interface MatmulTile {
  /**
   * Computes {@code C = A * B}, or {@code C += A * B}.
   *
   * @param a address of the tile's first element of A
   * @param lda bytes between rows of A; elements of a row are adjacent
   * @param b address of the first row of the packed panel
   * @param panelStride bytes from a panel to the next
   * @param c address of the tile's first element of C
   * @param ldc bytes between rows of C; elements of a row are adjacent
   * @param k length of the sums; 0 gives zeros
   * @param lastColumns columns in the last vector; only masked tiles heed it
   * @param accumulate whether to add to C
   */
  void run(
      long a,
      long lda,
      long b,
      long panelStride,
      long c,
      long ldc,
      int k,
      int lastColumns,
      boolean accumulate);
}
