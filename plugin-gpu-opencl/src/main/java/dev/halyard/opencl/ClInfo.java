package dev.halyard.opencl;

import static org.jocl.CL.clGetDeviceInfo;
import static org.jocl.CL.clGetPlatformInfo;

import java.nio.charset.StandardCharsets;
import org.jocl.Pointer;
import org.jocl.cl_device_id;
import org.jocl.cl_platform_id;

/** What platforms and devices say of themselves; what they do not know is empty or 0. */
final class ClInfo {
  private ClInfo() {}

  static String text(cl_platform_id platform, int key) {
    long[] size = new long[1];
    if (clGetPlatformInfo(platform, key, 0, null, size) != ClError.SUCCESS || size[0] <= 0) {
      return "";
    }
    byte[] bytes = new byte[(int) size[0]];
    int code = clGetPlatformInfo(platform, key, bytes.length, Pointer.to(bytes), null);
    return code == ClError.SUCCESS ? text(bytes) : "";
  }

  static String text(cl_device_id device, int key) {
    long[] size = new long[1];
    if (clGetDeviceInfo(device, key, 0, null, size) != ClError.SUCCESS || size[0] <= 0) {
      return "";
    }
    byte[] bytes = new byte[(int) size[0]];
    int code = clGetDeviceInfo(device, key, bytes.length, Pointer.to(bytes), null);
    return code == ClError.SUCCESS ? text(bytes) : "";
  }

  /** {@return a text of C, without what follows its end} */
  static String text(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8).strip();
  }

  /** {@return a number of 8, 4 or fewer bytes} */
  static long number(cl_device_id device, int key) {
    long[] size = new long[1];
    if (clGetDeviceInfo(device, key, 0, null, size) != ClError.SUCCESS) {
      return 0;
    }
    if (size[0] == Long.BYTES) {
      long[] value = new long[1];
      int code = clGetDeviceInfo(device, key, Long.BYTES, Pointer.to(value), null);
      return code == ClError.SUCCESS ? value[0] : 0;
    }
    int[] value = integers(device, key, 1);
    return value.length == 0 ? 0 : Integer.toUnsignedLong(value[0]);
  }

  /** {@return so many numbers of 4 bytes; none where the device gives another size} */
  static int[] integers(cl_device_id device, int key, int count) {
    long[] size = new long[1];
    if (clGetDeviceInfo(device, key, 0, null, size) != ClError.SUCCESS
        || size[0] != (long) count * Integer.BYTES) {
      return new int[0];
    }
    int[] value = new int[count];
    int code = clGetDeviceInfo(device, key, size[0], Pointer.to(value), null);
    return code == ClError.SUCCESS ? value : new int[0];
  }
}
