package dev.halyard.tck.mutants;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Every mutant there is. */
final class Mutants {
  private Mutants() {}

  /** {@return the classes, by name} */
  static List<Class<?>> all() {
    return Stream.of(
            NumericalMutants.class, RunMutants.class, PluginMutants.class, TimeMutants.class)
        .flatMap(family -> Stream.of(family.getDeclaredClasses()))
        .filter(type -> type.isAnnotationPresent(Breaks.class))
        .<Class<?>>map(type -> type)
        .sorted(Comparator.comparing(Class::getSimpleName))
        .toList();
  }
}
