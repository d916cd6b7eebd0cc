package dev.halyard.opencl;

import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.opencl.code.Schedule;
import dev.halyard.opencl.code.Tiles;
import dev.halyard.spi.Partition;

/** Makes the kernels of a partition; {@link dev.halyard.opencl.code.Lowering} is the only one. */
@FunctionalInterface
interface CodeGenerator {
  /**
   * {@return what a partition does}
   *
   * @param partition what to compute
   * @param dims a value per symbol of the partition
   * @param device what to generate for
   * @param tiles how products are cut
   */
  Schedule lower(Partition partition, long[] dims, DeviceModel device, Tiles tiles);
}
