package dev.halyard.fpga.xrt.dense;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The sources of the kernel {@code dense}, which this module's jar carries. */
public final class DenseDesign {
  /** The module at the top, which is the kernel's name. */
  public static final String TOP = "dense";

  /** The Verilog of the kernel. */
  public static final List<String> VERILOG =
      List.of(
          "dense.v",
          "dense_array.v",
          "dense_control.v",
          "dense_reader.v",
          "dense_unpack.v",
          "dense_writer.v");

  /** The C++ that makes a library of it, once Verilator has translated it: {@code unit.h}. */
  public static final List<String> HARNESS =
      List.of("axi.h", "axi_checker.h", "axi_memory.h", "unit.h", "unit.cpp");

  private static final String FOLDER = "/dev/halyard/fpga/xrt/hw/";

  private DenseDesign() {}

  /**
   * {@return the content of a file}
   *
   * @param name one of {@link #VERILOG} or {@link #HARNESS}
   * @throws IllegalArgumentException if it is neither
   */
  public static byte[] file(String name) {
    try (InputStream in = DenseDesign.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalArgumentException("the design has no file '" + name + "'");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("the design's file '" + name + "' can't be read", e);
    }
  }

  /** {@return the SHA-256 of the Verilog in hex: what the hardware depends on} */
  public static String verilogHash() {
    return hash(VERILOG.stream());
  }

  /** {@return the SHA-256 of all files in hex: what its simulation depends on} */
  public static String hash() {
    return hash(Stream.concat(VERILOG.stream(), HARNESS.stream()));
  }

  private static String hash(Stream<String> names) {
    MessageDigest digest = sha256();
    names.forEach(
        name -> {
          digest.update((name + "\0").getBytes(StandardCharsets.UTF_8));
          digest.update(file(name));
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
