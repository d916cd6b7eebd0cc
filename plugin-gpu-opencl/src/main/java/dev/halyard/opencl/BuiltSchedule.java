package dev.halyard.opencl;

import dev.halyard.opencl.code.Launch;
import dev.halyard.opencl.code.Location;
import dev.halyard.opencl.code.Schedule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schedule with its built program and its constants on the device. A binding in the making counts
 * as a user, so that a schedule that is pushed out meanwhile stays. Guarded by the program.
 */
final class BuiltSchedule {
  private final Schedule schedule;
  private final @Nullable ClProgram program;
  private final ConstantBuffers constants;
  private final Map<Location, ConstantBuffers.Constant> placed = new HashMap<>();
  private int users = 1;

  BuiltSchedule(Schedule schedule, @Nullable ClProgram program, ConstantBuffers constants) {
    this.schedule = schedule;
    this.program = program;
    this.constants = constants;
  }

  /** Brings the constants to the device. */
  void placeConstants() {
    for (Launch launch : schedule.launches()) {
      for (Location location : launch.buffers()) {
        if (location.constant() != null && !placed.containsKey(location)) {
          placed.put(location, constants.acquire(location));
        }
      }
    }
  }

  Schedule schedule() {
    return schedule;
  }

  ClProgram program() {
    if (program == null) {
      throw new IllegalStateException("a schedule without source has no program");
    }
    return program;
  }

  ConstantBuffers.Constant constant(Location location) {
    ConstantBuffers.Constant constant = placed.get(location);
    if (constant == null) {
      throw new IllegalArgumentException("not a constant of this schedule");
    }
    return constant;
  }

  void retain() {
    users++;
  }

  void release() {
    if (--users == 0) {
      placed.values().forEach(constants::release);
      if (program != null) {
        program.close();
      }
    }
  }

  /** {@return what runs, for people} */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Launch launch : schedule.launches()) {
      text.append(launch.kernel())
          .append(": ")
          .append(launch.what())
          .append(", ")
          .append(Arrays.toString(launch.global()))
          .append(" work-items in groups of ")
          .append(Arrays.toString(launch.local()))
          .append(", ")
          .append(launch.buffers())
          .append('\n');
    }
    return text.isEmpty() ? "nothing is launched" : text.toString();
  }
}
