package dev.halyard.opencl.code;

/**
 * What the generator needs to know of a device.
 *
 * @param family how kernels are shaped for it
 * @param computeUnits CL_DEVICE_MAX_COMPUTE_UNITS
 * @param maxWorkGroup CL_DEVICE_MAX_WORK_GROUP_SIZE
 * @param maxBlockBytes CL_DEVICE_MAX_MEM_ALLOC_SIZE
 * @param floatWidth CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT
 * @param fp64 whether F64 is computed with (cl_khr_fp64, or a device of OpenCL C 1.2 that has it)
 * @param fp16 whether it has cl_khr_fp16
 * @param tensorCores how products in 16 bits may use units for whole matrices
 */
public record DeviceModel(
    Family family,
    int computeUnits,
    long maxWorkGroup,
    long maxBlockBytes,
    int floatWidth,
    boolean fp64,
    boolean fp16,
    TensorCores tensorCores) {
  /** The work-items in a group of the kernels of {@link Family#GPU}. */
  public static final int GPU_GROUP = 256;

  /** The local memory that a group of theirs takes at most, but for emulated tensor cores. */
  public static final long GPU_LOCAL_BYTES = 16 * 1024;

  /** Units that multiply small matrices in one instruction. */
  public enum TensorCores {
    NONE,
    /** NVIDIA's, of compute capability 8.0 and later, by inline PTX. */
    PTX,
    /** Their layouts, computed element by element: for tests on any device. */
    EMULATED
  }

  /** {@return this device with some tensor cores} */
  public DeviceModel withTensorCores(TensorCores cores) {
    return new DeviceModel(
        family, computeUnits, maxWorkGroup, maxBlockBytes, floatWidth, fp64, fp16, cores);
  }

  /** How kernels are shaped. */
  public enum Family {
    /** One work-item per work-group, which loops and holds a tile in vectors. */
    CPU,
    /** Many work-items per work-group, which share tiles in local memory. */
    GPU
  }
}
