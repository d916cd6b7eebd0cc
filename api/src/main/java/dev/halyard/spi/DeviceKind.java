package dev.halyard.spi;

/** What sort of hardware a device is. */
public final class DeviceKind {
  /** The host's own processors. */
  public static final DeviceKind CPU = new DeviceKind("cpu");

  /** A graphics processor. */
  public static final DeviceKind GPU = new DeviceKind("gpu");

  /** A field-programmable gate array. */
  public static final DeviceKind FPGA = new DeviceKind("fpga");

  /** Anything else. */
  public static final DeviceKind OTHER = new DeviceKind("other");

  private final String name;

  private DeviceKind(String name) {
    this.name = name;
  }

  /** {@return the name in lower case, as {@code ./halyard devices} shows it} */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
