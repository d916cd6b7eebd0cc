package dev.halyard.runtime.isolate;

import dev.halyard.DType;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.Permission;
import dev.halyard.spi.Profile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Devices, kinds of memory and permissions on their way to the other process. */
final class Descriptions {
  private static final List<DeviceKind> KINDS =
      List.of(DeviceKind.CPU, DeviceKind.GPU, DeviceKind.FPGA, DeviceKind.OTHER);

  private Descriptions() {}

  static void write(DeviceDescriptor device, MessageWriter out) {
    out.text(device.stableId()).text(device.kind().name()).text(device.name());
    out.text(device.vendor()).text(device.driver()).flag(device.emulated());
    out.number(device.memoryBytes()).number(device.residentPrograms());
    out.each(device.profiles(), (to, profile) -> to.text(profile.name()));
    out.each(device.dtypes(), (to, dtype) -> to.text(dtype.name()));
    out.texts(device.properties());
  }

  static DeviceDescriptor.Builder device(MessageReader in) {
    String stableId = in.text();
    DeviceKind kind = kind(in.text());
    DeviceDescriptor.Builder device = DeviceDescriptor.builder(stableId, kind, in.text());
    device.vendor(in.text()).driver(in.text()).emulated(in.flag());
    device.memoryBytes(in.number()).residentPrograms((int) in.number());
    device.profiles(in.each(Descriptions::profile).toArray(Profile[]::new));
    device.dtypes(in.each(from -> DType.of(from.text())).toArray(DType[]::new));
    for (Map.Entry<String, String> property : in.texts().entrySet()) {
      device.properties(property.getKey(), property.getValue());
    }
    return device;
  }

  private static DeviceKind kind(String name) {
    return KINDS.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new ProtocolException("there is no kind of device '" + name + "'"));
  }

  private static Profile profile(MessageReader in) {
    String name = in.text();
    return Profile.values().stream()
        .filter(profile -> profile.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new ProtocolException("there is no profile '" + name + "'"));
  }

  static void write(MemoryKind kind, MessageWriter out) {
    out.text(kind.name()).number(kind.alignment()).number(kind.maxBytes());
    out.flag(kind.hostVisible());
  }

  static MemoryKind memoryKind(MessageReader in) {
    return MemoryKind.builder(in.text())
        .alignment(in.number())
        .maxBytes(in.number())
        .hostVisible(in.flag())
        .build();
  }

  static void write(Set<Permission> permissions, MessageWriter out) {
    out.each(permissions, (to, permission) -> to.text(permission.name()));
  }

  static Set<Permission> permissions(MessageReader in) {
    List<String> names = in.each(MessageReader::text);
    return Permission.values().stream()
        .filter(permission -> names.contains(permission.name()))
        .collect(Collectors.toUnmodifiableSet());
  }
}
