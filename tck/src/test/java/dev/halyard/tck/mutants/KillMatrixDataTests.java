package dev.halyard.tck.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.jr.ob.JSON;

/** The kill matrix that the kit's report shows, against the plugins that there are. */
class KillMatrixDataTests {
  private static Map<String, Map<?, ?>> rows() throws IOException {
    Map<String, Map<?, ?>> rows = new TreeMap<>();
    try (InputStream in =
        KillMatrixDataTests.class.getResourceAsStream("/dev/halyard/tck/kill-matrix.json")) {
      assertNotNull(in, "no kill matrix: run scripts/kill-matrix.sh");
      for (Object row : (List<?>) JSON.std.mapFrom(in).get("mutants")) {
        Map<?, ?> fields = (Map<?, ?>) row;
        rows.put(String.valueOf(fields.get("name")), fields);
      }
    }
    return rows;
  }

  @Test
  void everyMutantAndEveryCorrectDeviceHasARow() throws IOException {
    Set<String> names = new TreeSet<>(Mutants.correct().keySet());
    Mutants.all().forEach(mutant -> names.add(mutant.getSimpleName()));

    assertEquals(names, rows().keySet(), "run scripts/kill-matrix.sh");
  }

  @Test
  void everyMutantIsKilledAndEveryCorrectDeviceIsClean() throws IOException {
    Map<String, Object> expected = new TreeMap<>();
    Mutants.correct().keySet().forEach(device -> expected.put(device, "clean"));
    Mutants.all().forEach(mutant -> expected.put(mutant.getSimpleName(), "killed"));
    Map<String, Object> found = new TreeMap<>();
    rows().forEach((name, row) -> found.put(name, row.get("verdict")));

    assertEquals(expected, found);
  }

  @Test
  void nothingWasFoundByARuleThatItDoesNotBreak() throws IOException {
    Map<String, Map<?, ?>> rows = rows();
    for (Class<?> mutant : Mutants.all()) {
      Breaks breaks = mutant.getAnnotation(Breaks.class);
      Set<Object> unforeseen =
          new TreeSet<>((List<?>) rows.get(mutant.getSimpleName()).get("killedBy"));
      unforeseen.removeAll(List.of(breaks.aim()));
      unforeseen.removeAll(List.of(breaks.also()));

      assertEquals(Set.of(), unforeseen, mutant.getSimpleName());
    }
  }
}
