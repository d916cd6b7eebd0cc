package dev.halyard.fpga.xrt.xclbin;

import static java.util.Objects.requireNonNullElse;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads the XML of kernels as a stream, so that its depth and length cost nothing. Document types,
 * and with them entities of any kind, are refused.
 */
final class MetadataReader {
  private static final String CORE = "/project/platform/device/core";
  private static final String KERNEL = CORE + "/kernel";

  /** Twice what the deepest known element needs. */
  private static final int MAX_DEPTH = 16;

  private static final Pattern FREQUENCY = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?) ?MHz");

  private final XclbinFile file;
  private final long offset;
  private final String text;

  private final List<XclbinKernel> kernels = new ArrayList<>();
  private final List<Clock> clocks = new ArrayList<>();

  private String kernelName = "";
  private String controlProtocol = "";
  private final List<KernelArgument> arguments = new ArrayList<>();
  private final List<KernelInstance> instances = new ArrayList<>();
  private String instanceName = "";
  private long baseAddress = ComputeUnit.NO_ADDRESS;

  /**
   * Makes a reader.
   *
   * @param offset of the text in the file, for messages
   */
  MetadataReader(XclbinFile file, long offset, String text) {
    this.file = file;
    this.offset = offset;
    this.text = text;
  }

  /**
   * Reads it all.
   *
   * @throws InvalidXclbinException if it is no XML, or a number in it is none
   */
  Metadata read() {
    try {
      XMLStreamReader xml = factory().createXMLStreamReader(new StringReader(text));
      try {
        readElements(xml);
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      throw file.fault(offset, "metadata in XML", reason(e), e);
    }
    return new Metadata(kernels, clocks);
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  private void readElements(XMLStreamReader xml) throws XMLStreamException {
    StringBuilder path = new StringBuilder();
    int depth = 0;
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++depth > MAX_DEPTH) {
            throw wrong(xml, "elements " + MAX_DEPTH + " deep at most", "deeper ones");
          }
          path.append('/').append(xml.getLocalName());
          start(path.toString(), xml);
        }
        case XMLStreamConstants.END_ELEMENT -> {
          end(path.toString());
          path.setLength(path.length() - xml.getLocalName().length() - 1);
          depth--;
        }
        case XMLStreamConstants.DTD ->
            throw wrong(xml, "XML without a document type", "a document type");
        default -> {}
      }
    }
  }

  private void start(String path, XMLStreamReader xml) {
    switch (path) {
      case KERNEL -> {
        kernelName = named(xml, "a kernel");
        controlProtocol = attribute(xml, "hwControlProtocol");
        arguments.clear();
        instances.clear();
      }
      case KERNEL + "/arg" -> arguments.add(argument(xml));
      case KERNEL + "/instance" -> {
        instanceName = named(xml, "an instance of " + Printable.quoted(kernelName));
        baseAddress = ComputeUnit.NO_ADDRESS;
      }
      case KERNEL + "/instance/addrRemap" ->
          baseAddress =
              attribute(xml, "base").isEmpty() ? ComputeUnit.NO_ADDRESS : number(xml, "base");
      case CORE + "/kernelClocks/clock" -> clocks.add(clock(xml));
      default -> {}
    }
  }

  private void end(String path) {
    switch (path) {
      case KERNEL ->
          kernels.add(new XclbinKernel(kernelName, controlProtocol, arguments, instances));
      case KERNEL + "/instance" -> instances.add(new KernelInstance(instanceName, baseAddress));
      default -> {}
    }
  }

  private KernelArgument argument(XMLStreamReader xml) {
    return new KernelArgument(
        attribute(xml, "name"),
        attribute(xml, "id").isEmpty() ? KernelArgument.NO_INDEX : smallNumber(xml, "id"),
        ArgumentQualifier.of(smallNumber(xml, "addressQualifier")),
        attribute(xml, "port"),
        number(xml, "size"),
        number(xml, "offset"),
        attribute(xml, "type"));
  }

  private Clock clock(XMLStreamReader xml) {
    String frequency = attribute(xml, "frequency");
    Matcher number = FREQUENCY.matcher(frequency);
    if (!number.matches()) {
      throw wrong(xml, "a frequency such as \"300.0MHz\"", Printable.quoted(frequency));
    }
    return new Clock(
        attribute(xml, "port"), ClockType.UNKNOWN, Double.parseDouble(number.group(1)));
  }

  private String named(XMLStreamReader xml, String what) {
    String name = attribute(xml, "name");
    if (name.isEmpty()) {
      throw wrong(xml, what + " with a name", "none");
    }
    return name;
  }

  private int smallNumber(XMLStreamReader xml, String name) {
    long number = number(xml, name);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw wrong(xml, name + " below 2^31", Long.toUnsignedString(number));
    }
    return (int) number;
  }

  /** A number that is not there is 0, as XRT has it. */
  private long number(XMLStreamReader xml, String name) {
    String value = attribute(xml, name);
    try {
      if (value.isEmpty()) {
        return 0;
      }
      return value.startsWith("0x") || value.startsWith("0X")
          ? Long.parseUnsignedLong(value, 2, value.length(), 16)
          : Long.parseUnsignedLong(value);
    } catch (NumberFormatException e) {
      throw wrong(xml, name + " with an unsigned number of 64 bits", Printable.quoted(value));
    }
  }

  private static String attribute(XMLStreamReader xml, String name) {
    return requireNonNullElse(xml.getAttributeValue(null, name), "");
  }

  private InvalidXclbinException wrong(XMLStreamReader xml, String wanted, String found) {
    return file.fault(
        offset,
        "in EMBEDDED_METADATA, line %d, %s".formatted(xml.getLocation().getLineNumber(), wanted),
        found);
  }

  /** The parser's message has a second line with the reason. */
  private static String reason(XMLStreamException wrong) {
    String message = String.valueOf(wrong.getMessage());
    return message.substring(message.indexOf('\n') + 1)
        + (wrong.getLocation() == null ? "" : " in line " + wrong.getLocation().getLineNumber());
  }
}
