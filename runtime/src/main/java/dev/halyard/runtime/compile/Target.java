package dev.halyard.runtime.compile;

import dev.halyard.spi.DeviceDriver;

/**
 * A device that may be given nodes.
 *
 * @param deviceId its id, for messages and the plan
 * @param driver the open device
 * @param level the SPI level that its plugin was built against
 */
public record Target(String deviceId, DeviceDriver driver, int level) {}
