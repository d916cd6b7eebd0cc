package dev.halyard.tck;

import dev.halyard.tck.check.Area;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The process of one area: runs its checks with JUnit and exits. */
public final class Worker {
  private Worker() {}

  /**
   * Runs an area. Results go to the log; settings come as system properties.
   *
   * @param args the area's name
   */
  public static void main(String[] args) {
    Class<?> tests =
        switch (Area.valueOf(args[0])) {
          case CONTRACT -> Contract.class;
          case NUMERICAL -> Numerical.class;
          case ROBUSTNESS -> Robustness.class;
          case LATENCY -> Latency.class;
        };
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(tests))
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build(),
            new Aborting());
    // Threads of a broken plugin must not keep the process.
    Runtime.getRuntime().halt(0);
  }

  static final class Contract extends ContractConformanceTests {}

  static final class Numerical extends NumericalConformanceTests {}

  static final class Robustness extends RobustnessConformanceTests {}

  static final class Latency extends LatencyConformanceTests {}
}
