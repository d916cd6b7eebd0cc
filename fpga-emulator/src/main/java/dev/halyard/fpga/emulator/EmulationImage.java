package dev.halyard.fpga.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.fpga.xrt.xclbin.Section;
import dev.halyard.fpga.xrt.xclbin.SectionKind;
import dev.halyard.fpga.xrt.xclbin.Xclbin;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What an emulated board is to become: the payload of an emulation xclbin's BITSTREAM. Text, such
 * as
 *
 * <pre>
 * halyard-emulation 1
 * memory bank0 0x0 17179869184
 * timing 40 20 0 1
 * unit dense:dense_1 0x1800000 design=9f86d0... model=dense
 * </pre>
 *
 * @param banks of memory, none of which overlap
 * @param units at addresses of their own
 * @param timing of the memory as the units see it: the latencies of reads and writes, stalls, seed
 */
record EmulationImage(List<Bank> banks, List<UnitSpec> units, UnitTiming timing) {
  /** The longest payload, in bytes. */
  static final int MAX_BYTES = 1 << 16;

  private static final int MAX_ENTRIES = 64;
  private static final String MAGIC = "halyard-emulation 1";
  private static final String DESIGN = "design=";
  private static final String MODEL = "model=";

  EmulationImage {
    banks = List.copyOf(banks);
    units = List.copyOf(units);
    if (banks.size() > MAX_ENTRIES || units.size() > MAX_ENTRIES) {
      throw new InvalidImageException(
          "%d memory banks and %d units: at most %d of each"
              .formatted(banks.size(), units.size(), MAX_ENTRIES));
    }
    for (int i = 0; i < banks.size(); i++) {
      for (Bank other : banks.subList(0, i)) {
        if (banks.get(i).overlaps(other)) {
          throw new InvalidImageException(
              "memory banks %s and %s overlap".formatted(other, banks.get(i)));
        }
      }
    }
    if (units.stream().map(UnitSpec::address).distinct().count() < units.size()) {
      throw new InvalidImageException("two units have one address: " + units);
    }
  }

  /** {@return the bytes of the payload} */
  byte[] toBytes() {
    StringBuilder text = new StringBuilder(MAGIC).append('\n');
    for (Bank bank : banks) {
      text.append("memory %s %#x %d\n".formatted(bank.name(), bank.address(), bank.bytes()));
    }
    text.append(
        "timing %d %d %d %d\n"
            .formatted(
                timing.readLatency(), timing.writeLatency(), timing.stalls(), timing.seed()));
    for (UnitSpec unit : units) {
      text.append("unit %s %#x".formatted(unit.name(), unit.address()));
      unit.design().ifPresent(design -> text.append(' ').append(DESIGN).append(design));
      unit.model().ifPresent(model -> text.append(' ').append(MODEL).append(model));
      text.append('\n');
    }
    return text.toString().getBytes(UTF_8);
  }

  /**
   * {@return what the payload of an xclbin says}
   *
   * @throws InvalidImageException if it has none of this emulator's, or cannot be read
   */
  static EmulationImage in(Path xclbin) {
    Section section =
        Xclbin.read(xclbin).sections().stream()
            .filter(each -> each.code() == SectionKind.BITSTREAM.code())
            .findFirst()
            .orElseThrow(() -> new InvalidImageException(xclbin + " has no BITSTREAM"));
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(section.bytes(), MAX_BYTES + 1));
    try (FileChannel file = FileChannel.open(xclbin)) {
      while (bytes.hasRemaining() && file.read(bytes, section.offset() + bytes.position()) >= 0) {
        // As often as it takes.
      }
    } catch (IOException e) {
      throw new InvalidImageException(xclbin + " cannot be read: " + e);
    }
    return of(Arrays.copyOf(bytes.array(), bytes.position()));
  }

  /**
   * {@return what the bytes say}
   *
   * @throws InvalidImageException whatever else they are
   */
  static EmulationImage of(byte[] bytes) {
    List<String> lines = text(bytes).lines().toList();
    if (lines.isEmpty() || !lines.getFirst().equals(MAGIC)) {
      throw new InvalidImageException(
          "the payload does not begin with the line '%s': this xclbin was not made for the emulator"
              .formatted(MAGIC));
    }
    List<Bank> banks = new ArrayList<>();
    List<UnitSpec> units = new ArrayList<>();
    UnitTiming timing = UnitTiming.fixed(1, 1);
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "memory" -> banks.add(bank(line, words));
        case "timing" -> timing = timing(line, words);
        case "unit" -> units.add(unit(line, words));
        default -> throw unknown(line);
      }
    }
    return new EmulationImage(banks, units, timing);
  }

  private static String text(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new InvalidImageException(
          "the payload has %d bytes: at most %d".formatted(bytes.length, MAX_BYTES));
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidImageException(
          "the payload is not text: this xclbin was not made for the emulator");
    }
  }

  private static Bank bank(String line, String[] words) {
    if (words.length != 4) {
      throw unknown(line);
    }
    return new Bank(words[1], number(line, words[2]), number(line, words[3]));
  }

  private static UnitTiming timing(String line, String[] words) {
    if (words.length != 5) {
      throw unknown(line);
    }
    try {
      return new UnitTiming(
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          Integer.parseInt(words[3]),
          number(line, words[4]));
    } catch (IllegalArgumentException e) {
      throw new InvalidImageException("the payload has the line '" + line + "': " + e.getMessage());
    }
  }

  private static UnitSpec unit(String line, String[] words) {
    if (words.length < 4) {
      throw unknown(line);
    }
    Optional<String> design = Optional.empty();
    Optional<String> model = Optional.empty();
    for (String word : List.of(words).subList(3, words.length)) {
      if (word.startsWith(DESIGN) && design.isEmpty()) {
        design = Optional.of(word.substring(DESIGN.length()));
      } else if (word.startsWith(MODEL) && model.isEmpty()) {
        model = Optional.of(word.substring(MODEL.length()));
      } else {
        throw unknown(line);
      }
    }
    return new UnitSpec(words[1], number(line, words[2]), design, model);
  }

  private static long number(String line, String word) {
    try {
      return Long.decode(word);
    } catch (NumberFormatException e) {
      throw unknown(line);
    }
  }

  private static InvalidImageException unknown(String line) {
    return new InvalidImageException(
        ("the payload has the line '%s': expected 'memory NAME ADDRESS BYTES',"
                + " 'timing READ_CYCLES WRITE_CYCLES STALLS_PER_MILLE SEED' or"
                + " 'unit KERNEL:INSTANCE ADDRESS [design=SHA256] [model=NAME]'")
            .formatted(line));
  }
}
