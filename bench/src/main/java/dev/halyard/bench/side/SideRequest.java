package dev.halyard.bench.side;

/**
 * What a worker is asked to prepare.
 *
 * @param side which implementation
 * @param benchCase what it runs
 * @param threads how many threads it may use
 * @param device the id of the device, for our sides
 * @param deviceName what the device that ours runs on is called; empty if not known. A peer on
 *     OpenCL takes the device of that name if there is one.
 */
public record SideRequest(
    SideKind side, BenchCase benchCase, int threads, String device, String deviceName) {
  private static final String COMMAND = "prepare";
  private static final int PARTS = 6;

  /** {@return the request as a line of the protocol} */
  public String line() {
    return String.join(
        " ",
        COMMAND,
        side.id(),
        benchCase.id(),
        Integer.toString(threads),
        device.isEmpty() ? "-" : device,
        deviceName);
  }

  static SideRequest parse(String line) {
    String[] parts = line.split(" ", PARTS);
    if (parts.length < PARTS - 1 || !parts[0].equals(COMMAND)) {
      throw new IllegalArgumentException("wants '" + COMMAND + " ...', found '" + line + "'");
    }
    return new SideRequest(
        SideKind.of(parts[1]),
        BenchCase.of(parts[2]),
        Integer.parseInt(parts[3]),
        parts[4],
        parts.length == PARTS ? parts[5] : "");
  }
}
