package dev.halyard.spi;

/**
 * Where the values between the regions of a partition lie in its workspace, for one choice of
 * dimensions. Two values share bytes only if their lifetimes, counted in regions, do not overlap.
 * Not for implementation.
 */
public interface WorkspacePlan {
  /** {@return the size of the workspace in bytes} */
  long bytes();

  /**
   * {@return the offset of a value in bytes, a multiple of 64}
   *
   * @param value an output of a region that is no output of the partition
   * @throws IllegalArgumentException for any other value
   */
  long offset(ValueView value);
}
