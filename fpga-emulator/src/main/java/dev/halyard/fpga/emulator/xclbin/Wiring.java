package dev.halyard.fpga.emulator.xclbin;

import dev.halyard.fpga.emulator.xclbin.Design.Unit;
import dev.halyard.fpga.xrt.xclbin.ArgumentQualifier;
import dev.halyard.fpga.xrt.xclbin.Connection;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the connections that a design has. */
final class Wiring {
  private final Design design;
  private final Set<Wire> open;

  private Wiring(Design design, List<Wire> wires) {
    this.design = design;
    open = new LinkedHashSet<>(wires);
  }

  /**
   * Connects every buffer: to the banks that the wires name, to the first one where none does.
   *
   * @throws IllegalArgumentException if a wire has an end that is not there
   */
  static List<Connection> of(Design design, List<Wire> wires) {
    Wiring wiring = new Wiring(design, wires);
    List<Connection> connections = wiring.connections();
    wiring.open.stream()
        .findFirst()
        .ifPresent(
            wire -> {
              throw new IllegalArgumentException(
                  "wanted to connect %s, found no such buffer; name a kernel, an instance and a"
                          .formatted(wire)
                      + " global argument of it");
            });
    return connections;
  }

  private List<Connection> connections() {
    List<Connection> connections = new ArrayList<>();
    List<Unit> units = design.units();
    for (int i = 0; i < units.size(); i++) {
      for (KernelArgument argument : units.get(i).kernel().arguments()) {
        if (argument.qualifier() == ArgumentQualifier.GLOBAL) {
          for (int bank : banks(units.get(i), argument)) {
            connections.add(new Connection(argument.index(), i, bank));
          }
        }
      }
    }
    return List.copyOf(connections);
  }

  private List<Integer> banks(Unit unit, KernelArgument argument) {
    List<Wire> wires =
        open.stream()
            .filter(wire -> wire.kernel().equals(unit.kernel().name()))
            .filter(wire -> wire.instance().equals(unit.instance().name()))
            .filter(wire -> wire.argument().equals(argument.name()))
            .toList();
    wires.forEach(open::remove);
    return wires.isEmpty() ? List.of(0) : wires.stream().map(this::bank).sorted().toList();
  }

  private int bank(Wire wire) {
    for (int i = 0; i < design.banks().size(); i++) {
      if (design.banks().get(i).tag().equals(wire.bank())) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "wanted to connect %s, found no such bank; add it first".formatted(wire));
  }
}
