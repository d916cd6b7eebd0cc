package dev.halyard.opencl;

import dev.halyard.CompileException;
import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import java.util.Map;

/** The codes that OpenCL returns, as names and as exceptions. */
final class ClError {
  static final int SUCCESS = 0;
  static final int INVALID_BUFFER_SIZE = -61;

  /** The loader's word for: no driver is installed. */
  static final int PLATFORM_NOT_FOUND = -1001;

  // Of the specification's appendix on error codes; -1001 is cl_khr_icd's, -9999 NVIDIA's for a
  // kernel that touched what it must not, after which the context is dead.
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(-1, "CL_DEVICE_NOT_FOUND"),
          Map.entry(-2, "CL_DEVICE_NOT_AVAILABLE"),
          Map.entry(-3, "CL_COMPILER_NOT_AVAILABLE"),
          Map.entry(-4, "CL_MEM_OBJECT_ALLOCATION_FAILURE"),
          Map.entry(-5, "CL_OUT_OF_RESOURCES"),
          Map.entry(-6, "CL_OUT_OF_HOST_MEMORY"),
          Map.entry(-7, "CL_PROFILING_INFO_NOT_AVAILABLE"),
          Map.entry(-8, "CL_MEM_COPY_OVERLAP"),
          Map.entry(-11, "CL_BUILD_PROGRAM_FAILURE"),
          Map.entry(-12, "CL_MAP_FAILURE"),
          Map.entry(-14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"),
          Map.entry(-30, "CL_INVALID_VALUE"),
          Map.entry(-33, "CL_INVALID_DEVICE"),
          Map.entry(-34, "CL_INVALID_CONTEXT"),
          Map.entry(-36, "CL_INVALID_COMMAND_QUEUE"),
          Map.entry(-38, "CL_INVALID_MEM_OBJECT"),
          Map.entry(-42, "CL_INVALID_BINARY"),
          Map.entry(-43, "CL_INVALID_BUILD_OPTIONS"),
          Map.entry(-44, "CL_INVALID_PROGRAM"),
          Map.entry(-45, "CL_INVALID_PROGRAM_EXECUTABLE"),
          Map.entry(-46, "CL_INVALID_KERNEL_NAME"),
          Map.entry(-48, "CL_INVALID_KERNEL"),
          Map.entry(-49, "CL_INVALID_ARG_INDEX"),
          Map.entry(-50, "CL_INVALID_ARG_VALUE"),
          Map.entry(-51, "CL_INVALID_ARG_SIZE"),
          Map.entry(-52, "CL_INVALID_KERNEL_ARGS"),
          Map.entry(-53, "CL_INVALID_WORK_DIMENSION"),
          Map.entry(-54, "CL_INVALID_WORK_GROUP_SIZE"),
          Map.entry(-55, "CL_INVALID_WORK_ITEM_SIZE"),
          Map.entry(-57, "CL_INVALID_EVENT_WAIT_LIST"),
          Map.entry(-58, "CL_INVALID_EVENT"),
          Map.entry(-59, "CL_INVALID_OPERATION"),
          Map.entry(INVALID_BUFFER_SIZE, "CL_INVALID_BUFFER_SIZE"),
          Map.entry(-63, "CL_INVALID_GLOBAL_WORK_SIZE"),
          Map.entry(PLATFORM_NOT_FOUND, "CL_PLATFORM_NOT_FOUND_KHR"),
          Map.entry(-9999, "an illegal access of a kernel"));

  private ClError() {}

  /** {@return the name of a code with its number} */
  static String name(int code) {
    return NAMES.getOrDefault(code, "an unknown error") + " (" + code + ")";
  }

  static boolean isOutOfMemory(int code) {
    return code == -4 || code == -5 || code == -6;
  }

  /** {@return whether the device, or this process's hold on it, is gone} */
  static boolean isLoss(int code) {
    return code == -2 || code == -34 || code == -36 || code == -9999;
  }

  /**
   * Throws unless a call succeeded.
   *
   * @param code what the call returned
   * @param call which call, with what, for whoever reads the message
   */
  static void check(int code, String call) {
    if (code != SUCCESS) {
      throw exception(code, call);
    }
  }

  /** {@return the exception for a code} */
  static HalyardException exception(int code, String call) {
    String found = call + " gave " + name(code);
    if (isOutOfMemory(code)) {
      return new OutOfDeviceMemoryException(
          "the OpenCL device lacks memory: " + found + "; close tensors and kernels");
    }
    if (isLoss(code)) {
      return new DeviceLostException(
          "the OpenCL device is lost: " + found + "; reopen it with Halyard.reopen");
    }
    if (code == -11) {
      return new CompileException("the OpenCL driver does not compile: " + found);
    }
    return new PluginException("the OpenCL driver refuses a call: " + found);
  }
}
