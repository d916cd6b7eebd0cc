package dev.halyard.opencl.code;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The kernels of a schedule; those with the same text are one. */
final class KernelSet {
  private static final int HASH_DIGITS = 16;

  private final Map<String, String> texts = new LinkedHashMap<>();

  /**
   * Adds a kernel.
   *
   * @param base the first part of its name
   * @param head its text before the name
   * @param rest its text after the name
   * @return its name
   */
  String add(String base, String head, String rest) {
    String name = base + "_" + hash(head + rest);
    texts.put(name, head + name + rest);
    return name;
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * {@return the text of all kernels, with the functions that they call}
   *
   * @param device what they are for
   */
  String source(DeviceModel device) {
    if (texts.isEmpty()) {
      return "";
    }
    String kernels = String.join("\n", texts.values());
    StringBuilder source = new StringBuilder();
    if (device.fp64() && kernels.contains("double")) {
      source.append("#ifdef cl_khr_fp64\n#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n#endif\n");
    }
    source.append("#pragma OPENCL FP_CONTRACT OFF\n\n");
    String functions = Functions.needed(kernels);
    source.append(functions);
    if (!functions.isEmpty()) {
      source.append('\n');
    }
    return source.append(kernels).toString();
  }
}
