package dev.halyard.bench.side;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.bench.side.BenchCase.MiniLmRun;
import dev.halyard.bench.side.BenchCase.Sgemm;
import dev.halyard.bench.side.BenchCase.XrtDense;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCaseTests {
  @Test
  void sizesComeFromTheId() {
    assertEquals(new Sgemm(128, 1536, 384, false), BenchCase.of("sgemm-128x1536x384"));
    assertEquals(new Sgemm(1, 8192, 7, true), BenchCase.of("sgemm-1x8192x7-weights"));
    assertEquals(new MiniLmRun(512, false), BenchCase.of("minilm-s512"));
    assertEquals(new MiniLmRun(16, true), BenchCase.of("minilm-s16-seeded"));
    assertEquals(new XrtDense(1, 8192), BenchCase.of("xrt-dense-1x8192"));
  }

  @Test
  void everyStandardCaseIsFoundByItsId() {
    for (BenchCase known : BenchCase.standard()) {
      assertEquals(known, BenchCase.of(known.id()));
      assertTrue(known.tolerance() > 0);
    }
  }

  @Test
  void standardCasesAreThoseOfTheDocumentation() {
    List<String> ids = BenchCase.standard().stream().map(BenchCase::id).toList();

    assertEquals(
        List.of(
            "sgemm-512x512x512",
            "sgemm-1024x1024x1024",
            "sgemm-128x1536x384",
            "sgemm-128x384x1536",
            "minilm-s1",
            "minilm-s16",
            "minilm-s128",
            "minilm-s200",
            "mlp-16-64-32-32-5",
            "launch-12",
            "xrt-dense-784x128",
            "xrt-dense-64x10"),
        ids);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sgemm",
        "sgemm-0x1x1",
        "sgemm-8193x1x1",
        "sgemm-1x1",
        "sgemm-1x1x1x1",
        "sgemm-1x1x1-weight",
        "minilm-s0",
        "minilm-s513",
        "launch-13",
        "xrt-dense-0x1",
        "xrt-dense-1x8193"
      })
  void anyOtherIdIsRefusedWithWhatThereIs(String id) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> BenchCase.of(id));

    assertTrue(refused.getMessage().startsWith("no case '" + id + "'"), refused.getMessage());
    assertTrue(refused.getMessage().contains("sgemm-MxNxK"), refused.getMessage());
  }

  @Test
  void requestSurvivesTheLine() {
    SideRequest request =
        new SideRequest(
            SideKind.CLBLAST, BenchCase.of("sgemm-2x3x4"), 2, "opencl:0", "A device (R) of 2");

    assertEquals(request, SideRequest.parse(request.line()));
  }

  @Test
  void requestWithoutANameSurvivesTheLine() {
    SideRequest request =
        new SideRequest(SideKind.OPENBLAS, BenchCase.of("sgemm-2x3x4"), 1, "cpu:0", "");

    assertEquals(request, SideRequest.parse(request.line()));
  }
}
