package dev.halyard.opencl;

import dev.halyard.DType;
import dev.halyard.opencl.code.DeviceModel;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.Profile;
import java.util.Locale;
import org.jocl.CL;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/**
 * A device of a platform, with what it says of itself.
 *
 * @param platform the handle of the platform
 * @param device the handle of the device
 * @param stableId an id that names the same device after a restart
 * @param platformName the platform's name and version
 * @param type CL_DEVICE_TYPE
 * @param name the product's name
 * @param driver the version of the driver
 * @param memoryBytes CL_DEVICE_GLOBAL_MEM_SIZE
 * @param maxBlockBytes CL_DEVICE_MAX_MEM_ALLOC_SIZE
 * @param model what the generator needs to know
 */
record OpenClDevice(
    cl_platform_id platform,
    cl_device_id device,
    String stableId,
    String platformName,
    long type,
    String name,
    String driver,
    long memoryBytes,
    long maxBlockBytes,
    DeviceModel model) {
  // Deprecated since OpenCL 2.0, in favour of a property of memory that 1.2 lacks; still answered.
  private static final int HOST_UNIFIED_MEMORY = 0x1035;

  static OpenClDevice of(
      cl_platform_id platform,
      cl_device_id device,
      String stableId,
      OpenClConfiguration configuration) {
    long type = ClInfo.number(device, CL.CL_DEVICE_TYPE);
    return new OpenClDevice(
        platform,
        device,
        stableId,
        ClInfo.text(platform, CL.CL_PLATFORM_NAME)
            + ", "
            + ClInfo.text(platform, CL.CL_PLATFORM_VERSION),
        type,
        ClInfo.text(device, CL.CL_DEVICE_NAME),
        ClInfo.text(device, CL.CL_DRIVER_VERSION),
        ClInfo.number(device, CL.CL_DEVICE_GLOBAL_MEM_SIZE),
        Math.max(1, ClInfo.number(device, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE)),
        model(device, type, configuration));
  }

  private static DeviceModel model(
      cl_device_id device, long type, OpenClConfiguration configuration) {
    String extensions = " " + ClInfo.text(device, CL.CL_DEVICE_EXTENSIONS) + " ";
    boolean groups =
        ClInfo.number(device, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE) >= DeviceModel.GPU_GROUP
            && ClInfo.number(device, CL.CL_DEVICE_LOCAL_MEM_SIZE) >= DeviceModel.GPU_LOCAL_BYTES;
    // Kernels for a CPU are right anywhere, those for a GPU where groups are large enough.
    DeviceModel.Family fitting =
        isProcessor(type) || !groups ? DeviceModel.Family.CPU : DeviceModel.Family.GPU;
    return new DeviceModel(
        configuration.family().orElse(fitting),
        (int) Math.max(1, ClInfo.number(device, CL.CL_DEVICE_MAX_COMPUTE_UNITS)),
        Math.max(1, ClInfo.number(device, CL.CL_DEVICE_MAX_WORK_GROUP_SIZE)),
        Math.max(1, ClInfo.number(device, CL.CL_DEVICE_MAX_MEM_ALLOC_SIZE)),
        (int) ClInfo.number(device, CL.CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT),
        ClInfo.number(device, CL.CL_DEVICE_DOUBLE_FP_CONFIG) != 0,
        extensions.contains(" cl_khr_fp16 "),
        // Whether it has any is found out with a context, where a program may use them.
        DeviceModel.TensorCores.NONE);
  }

  /**
   * {@return whether this is the host's processor and nothing else; simulators claim every type}
   */
  private static boolean isProcessor(long type) {
    return (type & CL.CL_DEVICE_TYPE_CPU) != 0 && (type & CL.CL_DEVICE_TYPE_GPU) == 0;
  }

  boolean isProcessor() {
    return isProcessor(type);
  }

  /** {@return whether the driver may know PTX, NVIDIA's instructions} */
  boolean mayKnowPtx() {
    return platformName.startsWith("NVIDIA");
  }

  /** {@return whether the device says that the host's memory is its own} */
  boolean sharesHostMemory() {
    return isProcessor(type) && ClInfo.number(device, HOST_UNIFIED_MEMORY) != 0;
  }

  boolean hasExtension(String extension) {
    return (" " + ClInfo.text(device, CL.CL_DEVICE_EXTENSIONS) + " ")
        .contains(" " + extension + " ");
  }

  private DeviceKind kind() {
    if (isProcessor(type)) {
      return DeviceKind.CPU;
    }
    return (type & CL.CL_DEVICE_TYPE_GPU) != 0 ? DeviceKind.GPU : DeviceKind.OTHER;
  }

  /** {@return whether kernels run under a simulator that looks for their faults} */
  private boolean isSimulated() {
    return platformName.toLowerCase(Locale.ROOT).startsWith("oclgrind");
  }

  DeviceDescriptor descriptor() {
    DeviceDescriptor.Builder builder =
        DeviceDescriptor.builder(stableId, kind(), name)
            .vendor(ClInfo.text(device, CL.CL_DEVICE_VENDOR))
            .driver(driver)
            .emulated(isSimulated())
            .memoryBytes(isProcessor(type) ? 0 : memoryBytes)
            .profiles(
                Profile.F32,
                Profile.F16,
                Profile.BF16,
                Profile.FUSION,
                Profile.ASYNC,
                Profile.LOSS_INJECTION)
            .properties("platform", platformName)
            .properties("openclC", ClInfo.text(device, CL.CL_DEVICE_OPENCL_C_VERSION))
            .properties("computeUnits", Integer.toString(model.computeUnits()))
            .properties("maxWorkGroup", Long.toString(model.maxWorkGroup()))
            .properties("maxBlockBytes", Long.toString(model.maxBlockBytes()))
            .properties("family", model.family().name().toLowerCase(Locale.ROOT))
            .properties("fp64", Boolean.toString(model.fp64()))
            .properties("fp16", Boolean.toString(model.fp16()));
    if (model.fp64()) {
      builder.profiles(Profile.INT8);
    }
    for (DType dtype : DType.values()) {
      if (dtype != DType.F64 || model.fp64()) {
        builder.dtypes(dtype);
      }
    }
    return builder.build();
  }

  /** {@return all that a built program depends on beside its source and options} */
  String identity() {
    return platformName + "\n" + name + "\n" + driver + "\n" + model;
  }
}
