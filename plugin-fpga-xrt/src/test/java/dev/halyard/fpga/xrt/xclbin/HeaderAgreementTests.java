package dev.halyard.fpga.xrt.xclbin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The codes and offsets are those of XRT's xclbin.h, in the opinion of g++. */
class HeaderAgreementTests {
  private static final long SECONDS = 60;

  @TempDir Path folder;

  @BeforeEach
  void requireLane() {
    assumeTrue(
        List.of(System.getProperty("halyard.lanes", "").split(",", -1)).contains("xrt"),
        "the lane 'xrt' does not run: ./halyard test says why");
  }

  private record Compilation(int status, String messages) {}

  private Compilation compile(String assertions) throws IOException, InterruptedException {
    Path source =
        Files.writeString(
            folder.resolve("agreement.cpp"),
            "#include <cstddef>\n#include <xrt/xclbin.h>\n" + assertions);
    Path messages = folder.resolve("messages");
    Process compiler =
        new ProcessBuilder("g++", "-std=c++17", "-fsyntax-only", source.toString())
            .redirectErrorStream(true)
            .redirectOutput(messages.toFile())
            .start();
    assertTrue(compiler.waitFor(SECONDS, TimeUnit.SECONDS), "g++ hung");
    return new Compilation(compiler.exitValue(), Files.readString(messages));
  }

  private static <E extends Enum<E>> String codes(
      Class<E> type, String prefix, Function<E, Integer> code) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> !constant.name().equals("UNKNOWN"))
        .map(
            constant ->
                "static_assert(%s%s == %d, \"code\");%n"
                    .formatted(prefix, constant.name(), code.apply(constant)))
        .collect(Collectors.joining());
  }

  private static String offset(String type, String member, int offset) {
    return "static_assert(offsetof(%s, %s) == %d, \"%s\");%n"
        .formatted(type, member, offset, member);
  }

  @Test
  void codesAreThoseOfTheHeader() throws Exception {
    Compilation result =
        compile(
            codes(SectionKind.class, "", SectionKind::code)
                + codes(XclbinMode.class, "XCLBIN_", XclbinMode::code)
                + codes(MemoryType.class, "MEM_", MemoryType::code)
                + codes(IpType.class, "IP_", IpType::code)
                + codes(ClockType.class, "CT_", ClockType::code));

    assertEquals(new Compilation(0, ""), result);
  }

  @Test
  void offsetsAreThoseOfTheHeader() throws Exception {
    String header = "m_header.";
    String assertions =
        Stream.of(
                offset("axlf", header + "m_length", Container.LENGTH),
                offset("axlf", header + "m_timeStamp", Container.CREATED),
                offset("axlf", header + "m_versionPatch", Container.VERSION_PATCH),
                offset("axlf", header + "m_versionMajor", Container.VERSION_MAJOR),
                offset("axlf", header + "m_versionMinor", Container.VERSION_MINOR),
                offset("axlf", header + "m_mode", Container.MODE),
                offset("axlf", header + "m_platformVBNV", Container.PLATFORM),
                offset("axlf", header + "uuid", Container.ID),
                offset("axlf", header + "m_numSections", Container.SECTION_COUNT),
                offset("axlf", "m_sections", Container.TABLE),
                offset("axlf_section_header", "m_sectionName", Container.ENTRY_NAME),
                offset("axlf_section_header", "m_sectionOffset", Container.ENTRY_OFFSET),
                offset("axlf_section_header", "m_sectionSize", Container.ENTRY_SIZE),
                offset("mem_topology", "m_mem_data", 8),
                offset("mem_data", "m_used", 1),
                offset("mem_data", "m_size", 8),
                offset("mem_data", "m_base_address", 16),
                offset("mem_data", "m_tag", 24),
                offset("connectivity", "m_connection", 4),
                offset("connection", "m_ip_layout_index", 4),
                offset("connection", "mem_data_index", 8),
                offset("ip_layout", "m_ip_data", 8),
                offset("ip_data", "properties", 4),
                offset("ip_data", "m_base_address", 8),
                offset("ip_data", "m_name", 16),
                offset("clock_freq_topology", "m_clock_freq", 2),
                offset("clock_freq", "m_type", 2),
                offset("clock_freq", "m_name", 8))
            .collect(Collectors.joining());

    assertEquals(new Compilation(0, ""), compile(assertions));
  }

  @Test
  void wrongOffsetIsCaught() throws Exception {
    Compilation result = compile(offset("axlf", "m_header.m_length", Container.LENGTH + 1));

    assertNotEquals(0, result.status());
    assertTrue(result.messages().contains("m_length"), result.messages());
  }
}
