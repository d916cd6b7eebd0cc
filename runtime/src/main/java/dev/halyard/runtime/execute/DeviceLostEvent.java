package dev.halyard.runtime.execute;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A device was lost. */
@Name("dev.halyard.DeviceLost")
@Label("Device Lost")
@Category("Halyard")
final class DeviceLostEvent extends Event {
  @Label("Device")
  @Nullable String device;

  @Label("Reason")
  @Nullable String reason;

  static void commit(String device, String reason) {
    DeviceLostEvent event = new DeviceLostEvent();
    event.device = device;
    event.reason = reason;
    event.commit();
  }
}
