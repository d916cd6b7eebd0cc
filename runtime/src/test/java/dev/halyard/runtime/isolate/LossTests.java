package dev.halyard.runtime.isolate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Completion;
import dev.halyard.DeviceLostException;
import dev.halyard.Halyard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The child dies or hangs; the application goes on, and nothing is left. */
@Timeout(300)
class LossTests {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** Of silence, 1.5 s on a machine with time to look; one that has none takes longer to tell. */
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(5);

  @TempDir Path folder;

  private static ProcessHandle child(Isolated isolated) {
    assertTrue(
        Isolated.within(Duration.ofSeconds(60), () -> isolated.children().size() == 1),
        () -> "" + isolated.children());
    return isolated.children().getFirst();
  }

  private static void kill(ProcessHandle child) {
    assertTrue(child.destroyForcibly());
  }

  /** {@return what a pending run fails with, which it must within a limit} */
  private static String lossOf(Completion pending, Duration limit) {
    long start = System.nanoTime();
    DeviceLostException loss =
        assertThrows(DeviceLostException.class, () -> pending.await(Duration.ofMinutes(1)));
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.compareTo(limit) < 0, took::toString);
    return loss.getMessage();
  }

  private void assertJvmIsSound() {
    String nothing = System.getProperty("halyard.test.no such property");
    assertThrows(NullPointerException.class, () -> nothing.strip());
    int zero = folder.toString().isEmpty() ? 1 : 0;
    assertThrows(ArithmeticException.class, () -> Math.floorDiv(1, zero));
  }

  @Test
  void aChildKilledInARunIsALostDeviceThatReopens() {
    Isolated isolated = new Isolated(folder, "run", "hang");
    try (isolated) {
      Isolated.Run run = new Isolated.Run(isolated.device());
      Completion pending = run.invocation.submit();
      kill(child(isolated));
      String reason = lossOf(pending, LIMIT);
      assertTrue(reason.contains("was killed by signal 9"), reason);
      assertTrue(isolated.device().isLost());
      assertThrows(DeviceLostException.class, run.invocation::execute);
      run.closeAfterLoss(() -> isolated.halyard.reopen("scripted:0"));
      Isolated.Run again = new Isolated.Run(isolated.device());
      kill(child(isolated));
      assertThrows(DeviceLostException.class, again.invocation::execute);
      again.closeAfterLoss(isolated::close);
    }
    isolated.assertNothingIsLeft();
    assertJvmIsSound();
  }

  @Test
  void aDeviceThatReopensComputesAgain() {
    try (Isolated isolated = new Isolated(folder)) {
      try (Isolated.Run run = new Isolated.Run(isolated.device())) {
        run.invocation.execute();
        kill(child(isolated));
        assertTrue(Isolated.within(LIMIT, () -> isolated.device().isLost()));
      }
      isolated.halyard.reopen("scripted:0");
      try (Isolated.Run run = new Isolated.Run(isolated.device())) {
        run.x.copyFrom(new float[] {1, 2, 3, 4});
        run.invocation.execute();
        assertArrayEquals(new float[] {2, 3, 4, 5}, run.y.toFloats());
      }
    }
  }

  @Test
  void aChildKilledInACompilationIsALoss() throws InterruptedException {
    Isolated isolated = new Isolated(folder, "compile", "hang");
    try (isolated) {
      CompletableFuture<Object> compiling =
          CompletableFuture.supplyAsync(() -> isolated.device().compile(Isolated.increment()));
      ProcessHandle child = child(isolated);
      kill(child);
      ExecutionException thrown =
          assertThrows(ExecutionException.class, () -> compiling.get(10, TimeUnit.SECONDS));
      assertEquals(DeviceLostException.class, thrown.getCause().getClass());
    }
    isolated.assertNothingIsLeft();
  }

  @Test
  void aChildThatEndsInAProbeIsAnEmptyProbeWithTheReason() {
    Isolated isolated = new Isolated(folder, "probe", "halt");
    try (isolated) {
      assertTrue(isolated.halyard.reports().getFirst().reason().contains("ended with code 3"));
    }
    isolated.assertNothingIsLeft();
  }

  @Test
  void aProbeThatHangsIsAnEmptyProbeWithTheReason() {
    Isolated isolated = new Isolated(folder, "probe", "hang");
    try (isolated) {
      String reason = isolated.halyard.reports().getFirst().reason();
      assertTrue(reason.contains("PROBE took more than"), reason);
    }
    isolated.assertNothingIsLeft();
  }

  @Test
  void aProbeThatThrowsIsAnEmptyProbeWithTheReason() {
    try (Isolated isolated = new Isolated(folder, "probe", "arithmetic")) {
      String reason = isolated.halyard.reports().getFirst().reason();
      assertTrue(reason.contains("java.lang.ArithmeticException: / by zero"), reason);
    }
  }

  @Test
  void aPluginThatWritesWhereNoMemoryIsCrashesItsChildAlone() {
    Isolated isolated = new Isolated(folder, "run", "wild");
    try (isolated) {
      Isolated.Run run = new Isolated.Run(isolated.device());
      DeviceLostException loss = assertThrows(DeviceLostException.class, run.invocation::execute);
      assertTrue(loss.getMessage().contains("SIGSEGV"), loss::getMessage);
      run.closeAfterLoss(isolated::close);
    }
    isolated.assertNothingIsLeft();
    assertJvmIsSound();
  }

  @Test
  void aChildThatIsStoppedIsALossWhenItHasBeenSilentForLong()
      throws IOException, InterruptedException {
    Isolated isolated = new Isolated(folder, "run", "hang");
    try (isolated) {
      Isolated.Run run = new Isolated.Run(isolated.device());
      Completion pending = run.invocation.submit();
      ProcessHandle child = child(isolated);
      new ProcessBuilder("kill", "-STOP", Long.toString(child.pid())).start().waitFor();
      String reason = lossOf(pending, SILENCE_LIMIT);
      assertTrue(reason.contains("no sign of life for 1500 ms"), reason);
      run.closeAfterLoss(isolated::close);
    }
    isolated.assertNothingIsLeft();
  }

  @Test
  void aLossThatThePluginReportsEndsWhatWaitsForTheHungCall() {
    Isolated isolated = new Isolated(folder, "run", "lost");
    try (isolated) {
      Isolated.Run run = new Isolated.Run(isolated.device());
      String reason = lossOf(run.invocation.submit(), LIMIT);
      assertTrue(reason.contains("the card fell off the bus"), reason);
      run.closeAfterLoss(isolated::close);
    }
    isolated.assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "compile", "bind", "allocate"})
  void aLossThatThePluginReportsEndsACallThatItNeverAnswers(String call) {
    Isolated isolated = new Isolated(folder, call, "lost", "memory", "device");
    try (isolated) {
      long start = System.nanoTime();
      DeviceLostException lost =
          assertThrows(DeviceLostException.class, () -> new Isolated.Run(isolated.device()));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertTrue(String.valueOf(lost.getMessage()).contains("the card fell off the bus"));
      // Beside the start of a process, which a test of loss does not judge.
      assertTrue(took.compareTo(LIMIT.plus(Duration.ofSeconds(8))) < 0, () -> "" + took);
    }
    isolated.assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hang at exit"})
  void anApplicationThatIsKilledLeavesNothing(String whenOpened)
      throws IOException, InterruptedException {
    Isolated here = new Isolated(folder, "probe", "arithmetic");
    Process application =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ApplicationMain.class.getName(),
                folder.toString(),
                whenOpened)
            .redirectErrorStream(true)
            .start();
    try (here) {
      assertEquals("running", application.inputReader().readLine());
      assertEquals(1, here.children().stream().filter(p -> p.pid() != application.pid()).count());
    } finally {
      application.destroyForcibly().waitFor();
    }
    here.assertNothingIsLeft();
  }

  /** An application with a run that never ends. */
  static final class ApplicationMain {
    public static void main(String[] args) throws InterruptedException {
      Isolated isolated = new Isolated(Path.of(args[0]), "open", args[1], "run", "hang");
      Isolated.Run run = new Isolated.Run(isolated.device());
      Completion pending = run.invocation.submit();
      System.out.println("running");
      pending.await();
    }
  }

  @Test
  void aSettingThatIsNoNumberIsRefusedBeforeAnythingStarts() {
    Halyard.Config config =
        Halyard.Config.fromEnvironment()
            .plugin(new ScriptedPlugin())
            .property("halyard.isolation.silenceMillis", "soon");
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> Halyard.open(config));
    assertTrue(thrown.getMessage().contains("wants a whole number such as 1500; found 'soon'"));
  }
}
