package dev.halyard.tck.report;

import dev.halyard.tck.check.Result;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;
import org.junit.platform.reporting.open.xml.OpenTestReportGeneratingListener;

/** Writes results as JUnit XML ({@code TEST-halyard-tck.xml}) and Open Test Reporting XML. */
final class JunitReports {
  private JunitReports() {}

  static void write(Path folder, List<Result> results) {
    Launcher launcher =
        LauncherFactory.create(
            LauncherConfig.builder()
                .enableTestEngineAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .addTestEngines(new ReplayEngine(results))
                .build());
    launcher.execute(
        LauncherDiscoveryRequestBuilder.request()
            .configurationParameter("junit.platform.reporting.open.xml.enabled", "true")
            .configurationParameter("junit.platform.reporting.open.xml.git.enabled", "false")
            .configurationParameter("junit.platform.reporting.output.dir", folder.toString())
            .build(),
        new LegacyXmlReportGeneratingListener(folder, new PrintWriter(Writer.nullWriter())),
        new OpenTestReportGeneratingListener());
  }
}
