package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds with scripts in place of Verilator and g++, which note their runs. */
class UnitBuilderTests {
  private static final String VERILATOR =
      """
      case $1 in
        --version) echo 'a version' ;;
        --getenv) echo /root/of/verilator ;;
        *) mkdir translated && : >translated/Vunit.cpp ;;
      esac
      """;
  private static final String COMPILER =
      """
      case $1 in
        --version) echo 'another version' ;;
        *) echo "$@" >>'RUNS' && echo library >libunit.so ;;
      esac
      """;

  @TempDir private Path folder;
  private Path cache;
  private Path runs;

  @BeforeEach
  void name() {
    cache = folder.resolve("cache");
    runs = folder.resolve("runs");
  }

  private Tool tool(String name, String script) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script.replace("RUNS", runs.toString()));
    assertTrue(file.toFile().setExecutable(true));
    return new Tool(file.toString(), Duration.ofSeconds(60));
  }

  private UnitBuilder builder(UnitSources sources, String compiler) throws IOException {
    return new UnitBuilder(cache, sources, tool("v", VERILATOR), tool("c", compiler));
  }

  private UnitBuilder builder() throws IOException {
    return builder(UnitSources.ofDense(), COMPILER);
  }

  private long builds() throws IOException {
    return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
  }

  private List<String> leftInCache() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void libraryIsBuiltOnceForItsSources() throws IOException {
    Path first = builder().build();

    assertEquals("library\n", Files.readString(first));
    assertEquals(first, builder().build());
    assertEquals(1, builds());
  }

  @Test
  void otherSourcesAndOtherToolsMakeOtherLibraries() throws IOException {
    Map<String, String> files = new TreeMap<>(UnitSources.ofDense().files());
    files.computeIfPresent("dense.v", (name, text) -> text + "\n");

    Path first = builder().build();
    Path changed = builder(new UnitSources(files), COMPILER).build();
    Path newer = builder(UnitSources.ofDense(), COMPILER.replace("another", "a newer")).build();

    assertNotEquals(first, changed);
    assertNotEquals(first, newer);
    assertEquals(3, builds());
  }

  @Test
  void libraryThatWasCutShortIsBuiltAgain() throws IOException {
    Path library = builder().build();
    Files.writeString(library, "lib");

    assertEquals("library\n", Files.readString(builder().build()));
    assertEquals(2, builds());
  }

  @Test
  void buildersAtOnceBuildOnce() throws IOException {
    UnitBuilder builder = builder();

    assertEquals(
        1, IntStream.range(0, 8).parallel().mapToObj(i -> builder.build()).distinct().count());
    assertEquals(1, builds());
  }

  @Test
  void failedBuildShowsTheToolsWordsAndLeavesNothing() throws IOException {
    UnitBuilder failing =
        builder(
            UnitSources.ofDense(),
            COMPILER.replace("echo library >libunit.so", "echo 'no such header' >&2 && exit 3"));

    String message = assertThrows(CompileException.class, failing::build).getMessage();

    assertTrue(message.contains("ended with 3: no such header"), message);
    assertTrue(leftInCache().stream().allMatch(name -> name.endsWith(".lock")), "in the cache");
  }

  @Test
  void whatAKilledBuildLeftIsDeletedByTheNext() throws IOException {
    Path left = Files.createDirectories(cache.resolve("building1"));
    Files.writeString(left.resolve("unit.cpp"), "");
    Path underWay = Files.createDirectory(cache.resolve("building2"));
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

    builder().build();

    assertFalse(Files.exists(left));
    assertTrue(Files.exists(underWay));
  }

  @Test
  void missingToolIsNamedWithItsPackage() throws IOException {
    Tool none = new Tool("halyard-has-no-such-tool", Duration.ofSeconds(1));
    UnitBuilder builder = new UnitBuilder(cache, UnitSources.ofDense(), none, tool("c", COMPILER));
    String why = "no halyard-has-no-such-tool on PATH (apt-get install halyard-has-no-such-tool)";

    assertEquals(Optional.of(why), builder.missing());
    assertEquals(Optional.empty(), builder().missing());
    String message = assertThrows(CompileException.class, builder::build).getMessage();
    assertTrue(message.endsWith(why), message);
  }

  @Test
  void toolThatHangsIsEndedAndNamed() throws IOException {
    Path file = folder.resolve("hang");
    Files.writeString(file, "#!/bin/sh\nsleep 600\n");
    assertTrue(file.toFile().setExecutable(true));
    Tool hanging = new Tool(file.toString(), Duration.ofMillis(200));

    String message =
        assertThrows(CompileException.class, () -> hanging.run(folder, List.of())).getMessage();
    assertTrue(message.contains("still ran after 0 s"), message);
  }

  @Test
  void cacheThatIsAFileIsNamed() throws IOException {
    Files.writeString(cache, "");

    String message = assertThrows(CompileException.class, () -> builder().build()).getMessage();
    assertTrue(message.contains(cache.toString()), message);
  }
}
