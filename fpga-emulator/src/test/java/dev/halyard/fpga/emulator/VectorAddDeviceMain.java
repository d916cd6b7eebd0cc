package dev.halyard.fpga.emulator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A device process that also has the model {@link VectorAdd}. */
final class VectorAddDeviceMain {
  private VectorAddDeviceMain() {}

  static void main(String[] arguments) throws IOException {
    DeviceMain.run(Path.of(arguments[0]), Map.of(VectorAdd.MODEL, VectorAdd::new));
  }
}
