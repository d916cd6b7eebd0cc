package dev.halyard.tck.report;

import dev.halyard.tck.check.Exclusion;
import dev.halyard.tck.check.Trial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Checks what was read of an archive. */
final class Verifier {
  /** What a reader of the answer wants to know, all of it from environment.json. */
  private static final List<String> NAMES = List.of("name", "plugin", "kit", "kit version", "time");

  private final List<Exclusion> exclusions;
  private final List<String> problems = new ArrayList<>();

  /**
   * Makes a verifier.
   *
   * @param exclusions the checks that this kit leaves out
   */
  Verifier(List<Exclusion> exclusions) {
    this.exclusions = exclusions;
  }

  Verification verify(ArchiveContent content) {
    problems.addAll(content.problems());
    ReportReader reader = new ReportReader(content.kept(), problems);
    if (content.hashes().containsKey(Archive.MANIFEST)) {
      verifyManifest(reader.object(Archive.MANIFEST), content.hashes());
    } else {
      problems.add("there is no " + Archive.MANIFEST + ": this is no archive of tck pack");
    }
    String certifiesNot = "it is not valid";
    Map<String, String> says = Map.of();
    ReportReader.Report report = reader.read();
    if (report != null) {
      Summary summary =
          Summary.of(report.settings(), report.environment(), report.plan(), report.results());
      new Consistency(report, summary, exclusions, problems).check();
      says = says(summary, report.environment());
      certifiesNot = problems.isEmpty() ? summary.certifiesNot() : certifiesNot;
    }
    return new Verification(List.copyOf(problems), says, certifiesNot);
  }

  private void verifyManifest(Map<String, Object> manifest, Map<String, String> found) {
    if (!Trial.VERSION.equals(manifest.get("kit"))) {
      problems.add(
          "it was made by kit "
              + manifest.get("kit")
              + ", this is kit "
              + Trial.VERSION
              + ": verify it with that one");
    }
    Map<?, ?> hashes = manifest.get("sha256") instanceof Map<?, ?> all ? all : Map.of();
    Set<String> names = new TreeSet<>(found.keySet());
    hashes.keySet().forEach(name -> names.add(String.valueOf(name)));
    names.remove(Archive.MANIFEST);
    for (String name : names) {
      if (!found.containsKey(name)) {
        problems.add(name + " is missing");
      } else if (!hashes.containsKey(name)) {
        problems.add(name + " is not in the manifest");
      } else if (!String.valueOf(hashes.get(name)).equals(found.get(name))) {
        problems.add(name + " was changed: its SHA-256 is another");
      }
    }
  }

  private static Map<String, String> says(Summary summary, Map<String, Object> environment) {
    Map<String, String> says = new LinkedHashMap<>();
    says.put("device", summary.deviceText());
    for (String name : NAMES) {
      says.put(name, String.valueOf(environment.getOrDefault(name, "unknown")));
    }
    String tight = summary.tight() ? ", tight" : "";
    says.put("profile", summary.profile() + tight + (summary.isolated() ? ", isolated" : ""));
    says.put("seed", String.valueOf(summary.seed()));
    says.put("verdict", summary.verdict() + " (" + summary.counts() + ")");
    return says;
  }
}
