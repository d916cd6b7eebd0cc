package dev.halyard.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a script in the place of the processes: it runs every check that is not said to be done. */
class SharedRunTests {
  private static final List<String> CHECKS =
      List.of("N-101 a", "N-101 b", "N-101 c", "N-101 d", "N-101 e");
  @TempDir Path folder;
  private final List<String> heard = new ArrayList<>();

  /** Runs with something done in each check, and something at the end of each process. */
  private List<Result> run(int jobs, List<String> planned, String inCheck, String atEnd)
      throws IOException, InterruptedException {
    Path all = Files.write(folder.resolve("all"), CHECKS);
    AreaRun.Launch launch =
        (flags, output) -> {
          String script =
              """
              grep -vxFf '%s' '%s' > '%s.todo'
              log='%s'
              while read -r id; do
                echo '{"start":"'"$id"'","limit":60}' >> $log
                %s
                echo '{"id":"'"$id"'","rule":"N-101","verdict":"PASS"}' >> $log
              done < '%s.todo'
              %s
              """
                  .formatted(
                      Scripts.value(flags, "done"),
                      all,
                      output,
                      Scripts.value(flags, "log"),
                      inCheck,
                      output,
                      atEnd);
          return Scripts.start(script, output);
        };
    return new SharedRun(
            Area.NUMERICAL,
            Settings.quick("cpu:0"),
            planned,
            jobs,
            folder,
            result -> heard.add(result.id()),
            launch)
        .run();
  }

  private static List<String> planned() {
    List<String> planned = new ArrayList<>(CHECKS);
    planned.add("R-001 numerical");
    return planned;
  }

  private static List<String> verdicts(List<Result> results) {
    return results.stream().map(result -> result.id() + " " + result.verdict()).toList();
  }

  private static List<String> allPass() {
    return planned().stream().map(id -> id + " PASS").toList();
  }

  @Test
  void eachCheckRunsOnceAndResultsComeInTheOrderOfThePlan() throws Exception {
    assertEquals(allPass(), verdicts(run(2, planned(), "", "")));

    assertEquals(planned().size(), heard.size());
    assertEquals(new TreeSet<>(planned()), new TreeSet<>(heard));
    assertEquals(
        Set.of("N-101 b", "N-101 d"),
        Set.copyOf(Files.readAllLines(folder.resolve("numerical-share2-0.log.todo"))));
  }

  @Test
  void moreProcessesThanChecksAreNotStarted() throws Exception {
    assertEquals(allPass(), verdicts(run(20, planned(), "", "")));
    assertTrue(Files.exists(folder.resolve("numerical-share5.done")));
    assertTrue(Files.notExists(folder.resolve("numerical-share6.done")));
  }

  @Test
  void aCheckThatKillsItsProcessIsNamedAndAllOthersRun() throws Exception {
    List<Result> results = run(2, planned(), "[ \"$id\" != 'N-101 b' ] || kill -9 $$", "");

    List<String> expected = new ArrayList<>(allPass());
    expected.set(1, "N-101 b CRASH");
    assertEquals(expected, verdicts(results));
  }

  @Test
  void oneProcessThatBreaksOutsideChecksIsTheResultOfTheArea() throws Exception {
    List<Result> results = run(2, planned(), "", "case $log in *share1*) exit 3 ;; esac");

    assertEquals("R-001 numerical CRASH", verdicts(results).getLast());
    assertTrue(results.getLast().message().contains("exit code 3"), results.getLast()::message);
    assertEquals(allPass().subList(0, 5), verdicts(results).subList(0, 5));
  }
}
