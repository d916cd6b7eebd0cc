package dev.halyard.fpga.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.fpga.xrt.dense.DenseDesign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a compute unit is built of.
 *
 * @param files texts by file name: Verilog and the harness
 */
record UnitSources(Map<String, String> files) {
  UnitSources {
    files = Map.copyOf(files);
  }

  /** {@return the sources of the kernel {@code dense}} */
  static UnitSources ofDense() {
    Map<String, String> files = new TreeMap<>();
    Stream.concat(DenseDesign.VERILOG.stream(), DenseDesign.HARNESS.stream())
        .forEach(name -> files.put(name, new String(DenseDesign.file(name), UTF_8)));
    return new UnitSources(files);
  }

  /** {@return the names of the Verilog files, in order} */
  List<String> verilog() {
    return files.keySet().stream().filter(name -> name.endsWith(".v")).sorted().toList();
  }

  /** {@return the SHA-256 of names and texts in hex} */
  String hash() {
    return Hashes.sha256(
        new TreeMap<>(files)
            .entrySet().stream()
                .flatMap(file -> Stream.of(file.getKey(), file.getValue()))
                .toArray(String[]::new));
  }

  void writeTo(Path folder) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}
