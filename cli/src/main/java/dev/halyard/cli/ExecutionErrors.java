package dev.halyard.cli;

import dev.halyard.HalyardException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in one line why a command failed; {@code --stacktrace} shows where. */
final class ExecutionErrors implements IExecutionExceptionHandler {
  private final BooleanSupplier stackTrace;

  ExecutionErrors(BooleanSupplier stackTrace) {
    this.stackTrace = stackTrace;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(command.getColorScheme().errorText(name + ": " + message(failure)));
    if (stackTrace.getAsBoolean()) {
      failure.printStackTrace(err);
    } else if (!isExpected(failure)) {
      err.println("This is a fault of Halyard; --stacktrace shows where it happened.");
    }
    return ExitCode.FAILED;
  }

  /** Whether the message was written for the reader, and tells all there is to know. */
  private static boolean isExpected(Exception failure) {
    return failure instanceof HalyardException
        || failure instanceof IllegalArgumentException
        || failure instanceof IllegalStateException
        || failure instanceof IOException
        || failure instanceof UncheckedIOException;
  }

  private static String message(Exception failure) {
    if (failure instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
      return message(unchecked.getCause());
    }
    String message = failure.getMessage();
    if (message == null) {
      return failure.toString();
    }
    return switch (failure) {
      case NoSuchFileException e -> "no such file: " + e.getMessage();
      case HalyardException _, IllegalArgumentException _, IllegalStateException _ -> message;
      default -> failure.toString();
    };
  }
}
