package dev.halyard.opencl;

import java.util.List;

/** A process in which something fails, and which works on afterwards. */
@SuppressWarnings("JUnitMethodInvoked") // this process is the one that runs them
final class FaultMain {
  /** What may fail, for a process each: a driver may answer any of it by ending the process. */
  static final List<String> FAULTS =
      List.of(
          "build error", "too large an allocation", "spoiled cache", "use after close", "threads");

  private FaultMain() {}

  /**
   * Has it fail, then runs a kernel.
   *
   * @param args one of {@link #FAULTS}
   * @throws Exception if it does not fail as it should
   */
  public static void main(String[] args) throws Exception {
    OpenClProgramTests programs = new OpenClProgramTests();
    switch (args[0]) {
      case "build error" -> programs.aBuildErrorCarriesTheDriversLog();
      case "too large an allocation" ->
          programs.tooLargeAnAllocationIsATypedErrorAndTheDeviceWorksOn();
      case "spoiled cache" -> programs.spoiledArtefactsAreBuiltAnew();
      case "use after close" -> programs.whatIsClosedIsRefusedWithoutACrash();
      case "threads" -> threads();
      default -> throw new IllegalArgumentException("no fault " + args[0] + " among " + FAULTS);
    }
    RunMain.main(new String[] {Drivers.POCL[1], "right", "auto"});
  }

  private static void threads() throws Exception {
    OpenClStreamTests streams = new OpenClStreamTests();
    streams.sixteenThreadsShareADevice();
    streams.close();
  }
}
