package dev.halyard.tck.mutants;

import dev.halyard.tck.check.Settings;
import dev.halyard.tck.reference.ReferencePlugin;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every mutant there is. */
final class Mutants {
  private Mutants() {}

  /** {@return the classes, by name} */
  static List<Class<?>> all() {
    return Stream.of(
            NumericalMutants.class,
            MoreNumericalMutants.class,
            RunMutants.class,
            PluginMutants.class,
            MoreContractMutants.class,
            TimeMutants.class)
        .flatMap(family -> Stream.of(family.getDeclaredClasses()))
        .filter(type -> type.isAnnotationPresent(Breaks.class))
        .<Class<?>>map(type -> type)
        .sorted(Comparator.comparing(Class::getSimpleName))
        .toList();
  }

  /** {@return correct devices by name, which no rule may find} */
  static Map<String, Settings> correct() {
    Map<String, Settings> devices = new LinkedHashMap<>();
    devices.put("cpu", Settings.quick("cpu:0"));
    devices.put("reference", Settings.quick("reference:0").plugin(ReferencePlugin.class.getName()));
    for (Class<?> type :
        List.of(
            TimeMutants.Emulated.class,
            TimeMutants.KeepsLevels.class,
            MoreNumericalMutants.FlushesAndSays.class,
            MoreContractMutants.QuantizedProducts.class,
            MoreContractMutants.StoresArtefacts.class)) {
      devices.put(type.getSimpleName(), Settings.quick("mutant:0").plugin(type.getName()));
    }
    return devices;
  }
}
