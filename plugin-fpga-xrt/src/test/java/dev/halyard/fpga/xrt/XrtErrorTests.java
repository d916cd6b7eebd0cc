package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DeviceBusyException;
import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import org.junit.jupiter.api.Test;

class XrtErrorTests {
  @Test
  void lackOfMemoryLeavesTheBoardGood() {
    assertKind(OutOfDeviceMemoryException.class, 12, "ENOMEM (12)");
    assertKind(OutOfDeviceMemoryException.class, 28, "ENOSPC (28)");
  }

  @Test
  void aBoardInUseIsBusy() {
    assertKind(DeviceBusyException.class, 16, "EBUSY (16)");
  }

  @Test
  void aBoardThatDoesNotAnswerIsLost() {
    assertKind(DeviceLostException.class, 5, "EIO (5)");
    assertKind(DeviceLostException.class, 19, "ENODEV (19)");
    assertKind(DeviceLostException.class, 110, "ETIMEDOUT (110)");
  }

  @Test
  void theRestIsACallThatIsRefused() {
    assertKind(PluginException.class, 22, "EINVAL (22)");
    assertKind(PluginException.class, 95, "EOPNOTSUPP (95)");
    assertKind(PluginException.class, 4711, "errno (4711)");
  }

  @Test
  void statesOfRunsHaveNames() {
    assertEquals("ERROR (5)", RunState.name(5));
    assertEquals("TIMEOUT (8)", RunState.name(8));
    assertEquals("unknown (99)", RunState.name(99));
  }

  private static void assertKind(Class<? extends HalyardException> kind, int errno, String name) {
    HalyardException exception = XrtError.exception(errno, "doing this gave -1");
    assertEquals(kind, exception.getClass());
    String message = exception.getMessage();
    assertTrue(message.contains("doing this gave -1 with " + name), message);
  }
}
