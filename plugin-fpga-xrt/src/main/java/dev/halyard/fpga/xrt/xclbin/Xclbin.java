package dev.halyard.fpga.xrt.xclbin;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an xclbin says of itself and the design in it.
 *
 * <p>The image of the device is checked for its place and not read, so that the length of a file
 * costs nothing. Sections that no method here explains are listed and not looked into; of several
 * sections of a kind the first counts, as in XRT.
 */
public final class Xclbin {
  private final Path path;
  private final Container container;
  private final Metadata metadata;
  private final List<MemoryBank> memories;
  private final List<ComputeUnit> computeUnits;
  private final List<Connection> connections;
  private final List<Clock> clocks;
  private final Map<Port, List<MemoryBank>> connected;

  /** An argument of a kernel, in whatever compute unit. */
  private record Port(String kernel, int argument) {}

  private Xclbin(XclbinFile file) {
    path = file.path();
    container = Container.read(file);
    metadata = Metadata.read(file, container);
    Tables tables = new Tables(file, container);
    memories = tables.memories();
    computeUnits = tables.computeUnits();
    connections = tables.connections();
    List<Clock> topology = tables.clocks();
    clocks = topology.isEmpty() ? metadata.clocks() : topology;
    checkConnections(file);
    connected = connected();
  }

  /**
   * Reads a file.
   *
   * @param file an xclbin
   * @return what it says
   * @throws InvalidXclbinException if there is no such file, it can't be read, is no xclbin, is
   *     damaged or contradicts itself
   */
  public static Xclbin read(Path file) {
    try (XclbinFile bytes = XclbinFile.open(file)) {
      return new Xclbin(bytes);
    }
  }

  /** {@return the file it was read from} */
  public Path path() {
    return path;
  }

  /** {@return what the file says of itself} */
  public XclbinHeader header() {
    return container.header();
  }

  /** {@return the sections, in the order of the table} */
  public List<Section> sections() {
    return container.sections();
  }

  /** {@return the kernels, in the order of the metadata} */
  public List<XclbinKernel> kernels() {
    return metadata.kernels();
  }

  /**
   * Finds a kernel.
   *
   * @param name its name
   * @return the kernel, empty if there is none of this name
   */
  public Optional<XclbinKernel> kernel(String name) {
    return kernels().stream().filter(kernel -> kernel.name().equals(name)).findFirst();
  }

  /** {@return the memories; buffers name them by their place in this list} */
  public List<MemoryBank> memories() {
    return memories;
  }

  /** {@return the compute units and other blocks with registers} */
  public List<ComputeUnit> computeUnits() {
    return computeUnits;
  }

  /** {@return which argument of which compute unit reaches which memory} */
  public List<Connection> connections() {
    return connections;
  }

  /** {@return the clocks: of the design where it says, else of the metadata} */
  public List<Clock> clocks() {
    return clocks;
  }

  /**
   * Tells where buffers of an argument may lie.
   *
   * @param kernel the kernel's name
   * @param argument the argument's index
   * @return the memories that this argument of any compute unit reaches, each once
   */
  public List<MemoryBank> memories(String kernel, int argument) {
    return connected.getOrDefault(new Port(kernel, argument), List.of());
  }

  private void checkConnections(XclbinFile file) {
    for (int i = 0; i < connections.size(); i++) {
      Connection connection = connections.get(i);
      if (connection.argument() < 0
          || !has(computeUnits, connection.computeUnit())
          || !has(memories, connection.memory())) {
        long offset = container.first(SectionKind.CONNECTIVITY).map(Section::offset).orElseThrow();
        throw file.fault(
            offset,
            "connection %d between one of %d compute units and one of %d memories"
                .formatted(i, computeUnits.size(), memories.size()),
            "argument %d, unit %d, memory %d"
                .formatted(connection.argument(), connection.computeUnit(), connection.memory()));
      }
    }
  }

  private static boolean has(List<?> list, int index) {
    return index >= 0 && index < list.size();
  }

  private Map<Port, List<MemoryBank>> connected() {
    Map<Port, LinkedHashMap<Integer, MemoryBank>> found = new LinkedHashMap<>();
    for (Connection connection : connections) {
      Port port =
          new Port(computeUnits.get(connection.computeUnit()).kernel(), connection.argument());
      found
          .computeIfAbsent(port, _ -> new LinkedHashMap<>())
          .put(connection.memory(), memories.get(connection.memory()));
    }
    Map<Port, List<MemoryBank>> lists = new LinkedHashMap<>();
    found.forEach((port, banks) -> lists.put(port, List.copyOf(banks.values())));
    return lists;
  }
}
