package dev.halyard.opencl.code;

/** Which tile a product gets. */
@FunctionalInterface
public interface Tiles {
  /**
   * {@return the tile}
   *
   * @param device what the product is for
   * @param bucket what it is like
   */
  Tile choose(DeviceModel device, TileBucket bucket);
}
