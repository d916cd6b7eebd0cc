package dev.halyard.opencl;

import static org.jocl.CL.clGetDeviceIDs;
import static org.jocl.CL.clGetPlatformIDs;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jocl.CL;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/** Enumerates the devices of every platform, in the order in which the loader has them. */
final class Devices {
  // cl_khr_pci_bus_info (domain, bus, device, function) and cl_nv_device_attribute_query.
  private static final int PCI_BUS_INFO_KHR = 0x410F;
  private static final int PCI_BUS_ID_NV = 0x4008;
  private static final int PCI_SLOT_ID_NV = 0x4009;
  private static final int PCI_DOMAIN_ID_NV = 0x400A;

  private final OpenClConfiguration configuration;
  private final List<OpenClDevice> found = new ArrayList<>();
  private final List<String> platforms = new ArrayList<>();
  private final List<String> unusable = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  private Devices(OpenClConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Looks for devices.
   *
   * @param configuration which platforms count
   * @throws dev.halyard.HalyardException if a driver answers by an error
   */
  static Devices find(OpenClConfiguration configuration) {
    Devices devices = new Devices(configuration);
    for (cl_platform_id platform : platforms()) {
      devices.add(platform);
    }
    return devices;
  }

  List<OpenClDevice> found() {
    return found;
  }

  /** {@return why none was found, and what to do} */
  String nothing() {
    if (platforms.isEmpty()) {
      return "the OpenCL loader finds no driver; install that of the device (its .icd file goes to"
          + " /etc/OpenCL/vendors), or pocl-opencl-icd for the processor; OCL_ICD_VENDORS names"
          + " another folder";
    }
    if (!unusable.isEmpty()) {
      return "no OpenCL device can be used: " + String.join("; ", unusable);
    }
    return configuration.platform().isEmpty()
        ? "the OpenCL platforms " + platforms + " have no device"
        : "no OpenCL platform of "
            + platforms
            + " has a device and '"
            + configuration.platform()
            + "' in its name, as halyard.opencl.platform wants";
  }

  private static cl_platform_id[] platforms() {
    int[] count = new int[1];
    int code = clGetPlatformIDs(0, null, count);
    if (code == ClError.PLATFORM_NOT_FOUND || (code == ClError.SUCCESS && count[0] <= 0)) {
      return new cl_platform_id[0];
    }
    ClError.check(code, "clGetPlatformIDs");
    cl_platform_id[] platforms = new cl_platform_id[count[0]];
    ClError.check(clGetPlatformIDs(platforms.length, platforms, null), "clGetPlatformIDs");
    return platforms;
  }

  private void add(cl_platform_id platform) {
    String name = ClInfo.text(platform, CL.CL_PLATFORM_NAME);
    platforms.add(name);
    if (!name.toLowerCase(Locale.ROOT).contains(configuration.platform())) {
      return;
    }
    int[] count = new int[1];
    // CL_DEVICE_NOT_FOUND and whatever else is wrong with one platform hides no other.
    if (clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, 0, null, count) != ClError.SUCCESS
        || count[0] <= 0) {
      return;
    }
    cl_device_id[] devices = new cl_device_id[count[0]];
    if (clGetDeviceIDs(platform, CL.CL_DEVICE_TYPE_ALL, devices.length, devices, null)
        == ClError.SUCCESS) {
      for (cl_device_id device : devices) {
        if (isUsable(device)) {
          found.add(OpenClDevice.of(platform, device, stableId(name, device), configuration));
        }
      }
    }
  }

  /** Notes what a device lacks; {@return whether generated kernels can run on it} */
  private boolean isUsable(cl_device_id device) {
    String version = ClInfo.text(device, CL.CL_DEVICE_VERSION);
    String lacks =
        version.matches("OpenCL 1\\.[01] .*")
            ? "has " + version.strip() + " and needs 1.2"
            : ClInfo.number(device, CL.CL_DEVICE_AVAILABLE) == 0
                ? "is not available"
                : ClInfo.number(device, CL.CL_DEVICE_COMPILER_AVAILABLE) == 0
                    ? "has no compiler"
                    : ClInfo.number(device, CL.CL_DEVICE_ENDIAN_LITTLE) == 0 ? "is big-endian" : "";
    if (!lacks.isEmpty()) {
      unusable.add(ClInfo.text(device, CL.CL_DEVICE_NAME) + " " + lacks);
    }
    return lacks.isEmpty();
  }

  private String stableId(String platform, cl_device_id device) {
    String pci = pciAddress(device);
    String id = pci.isEmpty() ? "" : "pci:" + pci;
    if (id.isEmpty() || !ids.add(id)) {
      // Two drivers may show one card; then the platform tells them apart.
      String base =
          "opencl:" + slug(platform) + ":" + slug(ClInfo.text(device, CL.CL_DEVICE_NAME)) + ":";
      int index = 0;
      while (!ids.add(base + index)) {
        index++;
      }
      id = base + index;
    }
    return id;
  }

  private static String pciAddress(cl_device_id device) {
    String extensions = ClInfo.text(device, CL.CL_DEVICE_EXTENSIONS);
    if (extensions.contains("cl_khr_pci_bus_info")) {
      int[] khr = ClInfo.integers(device, PCI_BUS_INFO_KHR, 4);
      return khr.length == 4 ? address(khr[0], khr[1], khr[2], khr[3]) : "";
    }
    if (!extensions.contains("cl_nv_device_attribute_query")) {
      return "";
    }
    int[] bus = ClInfo.integers(device, PCI_BUS_ID_NV, 1);
    int[] slot = ClInfo.integers(device, PCI_SLOT_ID_NV, 1);
    if (bus.length == 0 || slot.length == 0) {
      return "";
    }
    int[] domain = ClInfo.integers(device, PCI_DOMAIN_ID_NV, 1);
    return address(domain.length == 0 ? 0 : domain[0], bus[0], slot[0] >> 3, slot[0] & 7);
  }

  private static String address(int domain, int bus, int device, int function) {
    return String.format(Locale.ROOT, "%04x:%02x:%02x.%x", domain, bus, device, function);
  }

  private static String slug(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }
}
