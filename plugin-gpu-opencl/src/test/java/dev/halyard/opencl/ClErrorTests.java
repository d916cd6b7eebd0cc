package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileException;
import dev.halyard.DeviceLostException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClErrorTests {
  @Test
  void codesHaveNamesAndTypes() {
    Map<Integer, Class<?>> types =
        Map.of(
            -4, OutOfDeviceMemoryException.class,
            -5, OutOfDeviceMemoryException.class,
            -6, OutOfDeviceMemoryException.class,
            -11, CompileException.class,
            -36, DeviceLostException.class,
            -9999, DeviceLostException.class,
            -30, PluginException.class,
            -77_777, PluginException.class);
    types.forEach(
        (code, type) ->
            assertEquals(type, ClError.exception(code, "clCall").getClass(), "" + code));
    String message = String.valueOf(ClError.exception(-52, "clCall").getMessage());
    assertTrue(message.contains("clCall gave CL_INVALID_KERNEL_ARGS (-52)"), message);
    assertDoesNotThrow(() -> ClError.check(0, "clCall"));
  }
}
