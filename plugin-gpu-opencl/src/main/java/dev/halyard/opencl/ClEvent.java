package dev.halyard.opencl;

import static org.jocl.CL.CL_EVENT_COMMAND_EXECUTION_STATUS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Events of the driver, and the native places that it writes them to. */
final class ClEvent {
  private ClEvent() {}

  /** {@return the event in a place; 0 if there is none} */
  static long in(MemorySegment place) {
    return place.get(ValueLayout.JAVA_LONG, 0);
  }

  /** Forgets the event in a place, without releasing it. */
  static void clear(MemorySegment place) {
    place.set(ValueLayout.JAVA_LONG, 0, 0);
  }

  /** Releases the event in a place, if there is one. */
  static void discard(MemorySegment place) {
    if (in(place) != 0) {
      ClCalls.releaseEvent(in(place));
      clear(place);
    }
  }

  /**
   * {@return the execution status of an event: 0 when it is over, negative when it failed}
   *
   * @param answer 8 bytes, for the driver's answer
   */
  static int status(long event, MemorySegment answer) {
    int code =
        ClCalls.eventInfo(
            event, CL_EVENT_COMMAND_EXECUTION_STATUS, Integer.BYTES, answer.address());
    return code == ClError.SUCCESS ? answer.get(ValueLayout.JAVA_INT, 0) : code;
  }

  /**
   * {@return a moment in the life of an event, in ns of the device's clock; 0 if it is not known}
   *
   * @param key one of the {@code CL_PROFILING_} constants
   * @param answer 8 bytes, for the driver's answer
   */
  static long moment(long event, int key, MemorySegment answer) {
    int code = ClCalls.profilingInfo(event, key, Long.BYTES, answer.address());
    return code == ClError.SUCCESS ? in(answer) : 0;
  }
}
