package dev.halyard.tck.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DriverContext;
import dev.halyard.tck.IsolateTests;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BareDeviceTests {
  /** Remembers what it was opened with. */
  public static final class Configured extends IsolateTests.Apart {
    static volatile Map<String, String> configuration = Map.of();

    /** For the kit. */
    public Configured() {}

    @Override
    public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
      configuration = context.configuration();
      return super.open(device, context);
    }
  }

  @Test
  void aDriverIsOpenedWithWhatItsUserHasConfigured() {
    System.setProperty("halyard.apart.colour", "red");
    try (Subject subject =
            Subject.open(Settings.quick("apart:0").plugin(Configured.class.getName()));
        BareDevice device = new BareDevice(subject)) {
      assertEquals("apart:0", device.id());
      assertEquals(Map.of("colour", "red"), Configured.configuration);
    } finally {
      System.clearProperty("halyard.apart.colour");
    }
  }
}
