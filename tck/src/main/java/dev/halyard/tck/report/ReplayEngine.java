package dev.halyard.tck.report;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.EngineExecutionListener;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;

/**
 * A JUnit engine whose tests have been run already, so that JUnit's own listener writes Open Test
 * Reporting for results of several processes, those that died among them.
 */
final class ReplayEngine implements TestEngine {
  private static final String ID = "halyard-tck";

  private final List<Result> results;

  ReplayEngine(List<Result> results) {
    this.results = results;
  }

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId uniqueId) {
    EngineDescriptor engine = new EngineDescriptor(uniqueId, "Halyard TCK");
    Map<String, Container> rules = new LinkedHashMap<>();
    for (Result result : results) {
      Container rule =
          rules.computeIfAbsent(
              result.rule(), id -> new Container(uniqueId.append("rule", id), id));
      rule.addChild(new Replayed(rule.getUniqueId().append("check", result.id()), result));
    }
    rules.values().forEach(engine::addChild);
    return engine;
  }

  @Override
  public void execute(ExecutionRequest request) {
    replay(request.getRootTestDescriptor(), request.getEngineExecutionListener());
  }

  private static void replay(TestDescriptor test, EngineExecutionListener listener) {
    if (test instanceof Replayed replayed && replayed.result.verdict() == Verdict.SKIPPED) {
      listener.executionSkipped(test, replayed.result.message());
      return;
    }
    listener.executionStarted(test);
    test.getChildren().forEach(child -> replay(child, listener));
    listener.executionFinished(test, outcome(test));
  }

  private static TestExecutionResult outcome(TestDescriptor test) {
    if (!(test instanceof Replayed replayed)) {
      return TestExecutionResult.successful();
    }
    Result result = replayed.result;
    return switch (result.verdict()) {
      case PASS, SKIPPED -> TestExecutionResult.successful();
      case INCONCLUSIVE -> TestExecutionResult.aborted(new Finding(result));
      case FAIL, CRASH, TIMEOUT -> TestExecutionResult.failed(new Finding(result));
    };
  }

  /** What a check said, without a stack trace: it happened in another process. */
  private static final class Finding extends AssertionError {
    private static final long serialVersionUID = 1;

    Finding(Result result) {
      super(result.verdict() + ": " + result.message());
      setStackTrace(new StackTraceElement[0]);
    }
  }

  private static final class Container extends AbstractTestDescriptor {
    Container(UniqueId id, String name) {
      super(id, name);
    }

    @Override
    public Type getType() {
      return Type.CONTAINER;
    }
  }

  private static final class Replayed extends AbstractTestDescriptor {
    private final Result result;

    Replayed(UniqueId id, Result result) {
      super(id, result.id());
      this.result = result;
    }

    @Override
    public Type getType() {
      return Type.TEST;
    }
  }
}
