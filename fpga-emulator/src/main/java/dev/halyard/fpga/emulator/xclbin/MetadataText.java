package dev.halyard.fpga.emulator.xclbin;

import dev.halyard.fpga.xrt.xclbin.Clock;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import dev.halyard.fpga.xrt.xclbin.XclbinMode;
import java.util.Locale;

/** The XML of EMBEDDED_METADATA, with the elements and attributes that XRT 2.13 reads. */
final class MetadataText {
  /** A part of UltraScale+, the family for which the hardware is checked. */
  private static final String PART = "virtexuplus:xcu200:fsgd2104:-2:e";

  private static final int DATA_BITS = 512;

  private final StringBuilder text = new StringBuilder();

  private MetadataText() {}

  static String of(Design design) {
    MetadataText metadata = new MetadataText();
    metadata.project(design);
    return metadata.text.toString();
  }

  private void project(Design design) {
    Platform platform = design.platform();
    line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    line("<project name=\"%s\">", platform.name());
    line(
        "<platform vendor=\"%s\" boardid=\"%s\" name=\"%s\" featureRomTime=\"0\">",
        platform.vendor(), platform.board(), platform.name());
    line("<version major=\"%s\" minor=\"%s\"/>", platform.major(), platform.minor());
    line("<device name=\"fpga0\" fpgaDevice=\"%s\" addrWidth=\"0\">", PART);
    line(
        "<core name=\"OCL_REGION_0\" target=\"%s\" type=\"clc_region\" numComputeUnits=\"%s\">",
        design.mode() == XclbinMode.SW_EMU ? "csim" : "hw_em", design.units().size());
    line("<kernelClocks>");
    design.clocks().forEach(this::clock);
    line("</kernelClocks>");
    design.kernels().forEach(this::kernel);
    line("</core>");
    line("</device>");
    line("</platform>");
    line("</project>");
  }

  private void clock(Clock clock) {
    line("<clock port=\"%s\" frequency=\"%s.0MHz\"/>", clock.name(), (long) clock.megahertz());
  }

  private void kernel(XclbinKernel kernel) {
    line(
        "<kernel name=\"%s\" language=\"c\" vlnv=\"\" type=\"pl\" hwControlProtocol=\"%s\""
            + " workGroupSize=\"1\">",
        kernel.name(), kernel.controlProtocol());
    KernelPorts.masters(kernel).forEach(this::master);
    line(
        "<port name=\"%s\" mode=\"slave\" range=\"0x%x\" dataWidth=\"32\""
            + " portType=\"addressable\" base=\"0x0\"/>",
        KernelPorts.control(kernel), DesignChecks.REGISTER_BYTES);
    kernel.arguments().forEach(this::argument);
    kernel.instances().forEach(instance -> instance(kernel, instance));
    line("</kernel>");
  }

  private void master(String port) {
    line(
        "<port name=\"%s\" mode=\"master\" range=\"0xFFFFFFFFFFFFFFFF\" dataWidth=\"%s\""
            + " portType=\"addressable\" base=\"0x0\"/>",
        port, DATA_BITS);
  }

  private void argument(KernelArgument argument) {
    line(
        "<arg name=\"%s\" addressQualifier=\"%s\" id=\"%s\" port=\"%s\" size=\"0x%x\""
            + " offset=\"0x%x\" hostOffset=\"0x0\" hostSize=\"0x%x\" type=\"%s\"/>",
        argument.name(),
        argument.qualifier().code(),
        argument.index(),
        argument.port(),
        argument.bytes(),
        argument.offset(),
        argument.bytes(),
        argument.type());
  }

  private void instance(XclbinKernel kernel, KernelInstance instance) {
    line("<instance name=\"%s\">", instance.name());
    line(
        "<addrRemap base=\"0x%x\" range=\"0x%x\" port=\"%s\"/>",
        instance.baseAddress(), DesignChecks.REGISTER_BYTES, KernelPorts.control(kernel));
    line("</instance>");
  }

  private void line(String format, Object... values) {
    Object[] escaped = values.clone();
    for (int i = 0; i < escaped.length; i++) {
      if (escaped[i] instanceof String value) {
        escaped[i] = escape(value);
      }
    }
    text.append(String.format(Locale.ROOT, format, escaped)).append('\n');
  }

  private static String escape(String value) {
    return value
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
