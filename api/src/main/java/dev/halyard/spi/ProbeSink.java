package dev.halyard.spi;

/** Receives what a probe finds. Not for implementation. */
public interface ProbeSink {
  /**
   * Reports a device. The first is {@code <plugin>:0}, the next {@code <plugin>:1}.
   *
   * @param descriptor what it is
   */
  void device(DeviceDescriptor descriptor);

  /**
   * Reports that there is no device.
   *
   * @param reason why, for the operator: what was looked for and not found, and what to do
   */
  void nothing(String reason);
}
