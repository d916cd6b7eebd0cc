package dev.halyard.opencl;

import dev.halyard.PluginException;
import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.opencl.code.Launch;
import dev.halyard.opencl.code.Location;
import dev.halyard.opencl.code.Schedule;

/** Looks at what a generator made before a driver sees it, which may not survive a fault. */
final class Launches {
  private Launches() {}

  /**
   * Requires that every launch can be passed to a device.
   *
   * @param schedule what was generated
   * @param device what it was generated for
   */
  static void check(Schedule schedule, DeviceModel device) {
    for (Launch launch : schedule.launches()) {
      require(!schedule.source().isEmpty(), launch, "has no source");
      requireSizes(launch, device);
      for (Location location : launch.buffers()) {
        requireWithin(location, launch, schedule.workspaceBytes());
      }
    }
  }

  private static void requireSizes(Launch launch, DeviceModel device) {
    long[] global = launch.global();
    long[] local = launch.local();
    require(global.length >= 1 && global.length <= 3, launch, "has " + global.length + " axes");
    require(global.length == local.length, launch, "has groups of " + local.length + " axes");
    long group = 1;
    for (int i = 0; i < global.length; i++) {
      require(global[i] > 0 && local[i] > 0, launch, "has an axis of " + global[i]);
      require(
          global[i] % local[i] == 0,
          launch,
          "divides " + global[i] + " into groups of " + local[i]);
      require(local[i] <= device.maxWorkGroup(), launch, "has groups of " + local[i]);
      group *= local[i];
    }
    require(group <= device.maxWorkGroup(), launch, "has groups of " + group + " work-items");
  }

  private static void requireWithin(Location location, Launch launch, long workspace) {
    require(location.offset() >= 0 && location.bytes() >= 0, launch, "reaches before its memory");
    require(
        (location.area() == Location.Area.CONSTANT) == (location.constant() != null),
        launch,
        "has a constant without bytes, or bytes that are none");
    require(
        location.area() != Location.Area.WORKSPACE
            || location.offset() <= workspace - location.bytes(),
        launch,
        "reaches beyond its workspace of " + workspace + " bytes");
  }

  private static void require(boolean holds, Launch launch, String found) {
    if (!holds) {
      throw new PluginException(
          "the launch " + launch.kernel() + " (" + launch.what() + ") " + found);
    }
  }
}
