package dev.halyard;

/**
 * Which formula {@link Value#gelu} computes.
 *
 * <p>Source: Hendrycks and Gimpel, Gaussian Error Linear Units, arXiv:1606.08415.
 */
public enum Gelu {
  /** {@code x/2 * (1 + erf(x / sqrt(2)))}. */
  ERF,
  /** {@code x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3)))}. */
  TANH
}
