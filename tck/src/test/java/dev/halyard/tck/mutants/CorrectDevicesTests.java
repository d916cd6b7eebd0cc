package dev.halyard.tck.mutants;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.run.Kit;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Correct devices that are little like the CPU: the rules must reach them, and pass them. */
class CorrectDevicesTests {
  @TempDir Path folder;

  /** Requires that no check fails, and that each of the rules has an answer. */
  private void requireAnswers(Class<?> device, String... rules) throws Exception {
    Settings settings = Settings.quick("mutant:0").plugin(device.getName()).rules(List.of(rules));
    List<Result> results =
        Kit.run(settings, EnumSet.of(Area.CONTRACT, Area.ROBUSTNESS), folder, result -> {});

    Answers.require(settings, results, List.of(rules));
  }

  @Test
  void oneQuantisedProductIsEnoughForStreamsThreadsAndLoss() throws Exception {
    requireAnswers(
        MoreContractMutants.QuantizedProducts.class,
        "S-006",
        "S-101",
        "S-102",
        "S-103",
        "S-301",
        "S-302",
        "S-303",
        "S-304",
        "S-305",
        "S-401",
        "S-402",
        "R-101",
        "R-104",
        "R-105",
        "R-201",
        "R-202",
        "R-301",
        "R-302",
        "R-401",
        "R-501");
  }

  @Test
  void artefactsWithChecksumAndKeyAreFoundAgainAndProtected() throws Exception {
    requireAnswers(MoreContractMutants.StoresArtefacts.class, "S-501", "S-502");
  }
}
