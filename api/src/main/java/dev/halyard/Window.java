package dev.halyard;

import dev.halyard.spi.Attributes;
import java.util.Arrays;

/**
 * How a window slides over the spatial axes of a convolution or pooling: its size, strides,
 * dilations and padding, each one number per axis, or one number for all axes.
 */
public final class Window {
  private final long[] size;
  private final long[] strides;
  private final long[] dilations;
  private final long[] low;
  private final long[] high;

  private Window(long[] size, long[] strides, long[] dilations, long[] low, long[] high) {
    this.size = size;
    this.strides = strides;
    this.dilations = dilations;
    this.low = low;
    this.high = high;
  }

  /**
   * {@return a window with stride 1, no dilation and no padding}
   *
   * @param size its extents; of no importance for a convolution, whose weights have extents
   */
  public static Window of(long... size) {
    return new Window(size.clone(), new long[] {1}, new long[] {1}, new long[] {0}, new long[] {0});
  }

  /**
   * {@return this with other strides}
   *
   * @param values the steps between windows, at least 1
   */
  public Window strides(long... values) {
    return new Window(size, values.clone(), dilations, low, high);
  }

  /**
   * {@return this with other dilations}
   *
   * @param values the steps between the elements of a window, at least 1
   */
  public Window dilations(long... values) {
    return new Window(size, strides, values.clone(), low, high);
  }

  /**
   * {@return this with the same padding before and after}
   *
   * @param values the elements added on either side, at least 0
   */
  public Window padding(long... values) {
    return padding(values, values);
  }

  /**
   * {@return this with other padding}
   *
   * @param before the elements added before, at least 0
   * @param after the elements added after, at least 0
   */
  public Window padding(long[] before, long[] after) {
    return new Window(size, strides, dilations, before.clone(), after.clone());
  }

  long[] size(int axes) {
    return spread(size, axes);
  }

  Attributes attributes(int axes) {
    return Attributes.none()
        .with("strides", spread(strides, axes))
        .with("dilations", spread(dilations, axes))
        .with("pad_low", spread(low, axes))
        .with("pad_high", spread(high, axes));
  }

  private static long[] spread(long[] values, int axes) {
    return values.length == 1 ? filled(Math.max(axes, 0), values[0]) : values;
  }

  static long[] filled(int length, long value) {
    long[] filled = new long[length];
    Arrays.fill(filled, value);
    return filled;
  }
}
