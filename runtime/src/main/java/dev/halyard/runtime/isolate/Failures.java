package dev.halyard.runtime.isolate;

import dev.halyard.ArenaBusyException;
import dev.halyard.ArtefactNeededException;
import dev.halyard.CompileException;
import dev.halyard.DeviceBusyException;
import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.InvalidGraphException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import dev.halyard.UnsupportedOnDeviceException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions on their way to the other process: type, message and stack trace. A type that is
 * neither Halyard's nor one of the JDK's that contracts name arrives as {@link ForeignException}.
 */
final class Failures {
  private static final int MAX_FRAMES = 64;

  private static final Map<String, Function<@Nullable String, RuntimeException>> KNOWN =
      Map.ofEntries(
          known(ArenaBusyException.class, m -> new ArenaBusyException(text(m))),
          known(ArtefactNeededException.class, m -> new ArtefactNeededException(text(m))),
          known(CompileException.class, m -> new CompileException(text(m))),
          known(DeviceBusyException.class, m -> new DeviceBusyException(text(m))),
          known(DeviceLostException.class, m -> new DeviceLostException(text(m))),
          known(HalyardException.class, m -> new HalyardException(text(m))),
          known(InvalidGraphException.class, m -> new InvalidGraphException(text(m))),
          known(OutOfDeviceMemoryException.class, m -> new OutOfDeviceMemoryException(text(m))),
          known(PluginException.class, m -> new PluginException(text(m))),
          known(UnsupportedOnDeviceException.class, m -> new UnsupportedOnDeviceException(text(m))),
          known(IllegalArgumentException.class, IllegalArgumentException::new),
          known(IllegalStateException.class, IllegalStateException::new),
          known(IndexOutOfBoundsException.class, IndexOutOfBoundsException::new),
          known(UnsupportedOperationException.class, UnsupportedOperationException::new));

  private Failures() {}

  private static Map.Entry<String, Function<@Nullable String, RuntimeException>> known(
      Class<? extends RuntimeException> type, Function<@Nullable String, RuntimeException> make) {
    return Map.entry(type.getName(), make);
  }

  private static String text(@Nullable String message) {
    return String.valueOf(message);
  }

  /** An exception of a type that only the child has. */
  static final class ForeignException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForeignException(String message) {
      super(message);
    }

    /** What the original says of itself. */
    @Override
    public String toString() {
      return String.valueOf(getMessage());
    }
  }

  static MessageWriter write(Throwable failure, MessageWriter to) {
    to.text(type(failure)).flag(failure.getMessage() != null).text(text(failure.getMessage()));
    to.text(failure.toString());
    List<StackTraceElement> frames = Stream.of(failure.getStackTrace()).limit(MAX_FRAMES).toList();
    return to.each(
        frames,
        (out, frame) ->
            out.text(frame.getClassName())
                .text(frame.getMethodName())
                .text(Objects.requireNonNullElse(frame.getFileName(), ""))
                .number(frame.getLineNumber()));
  }

  /** {@return the name of the nearest known type; a subclass of the JDK's types is not one} */
  private static String type(Throwable failure) {
    for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
      boolean exact = type == failure.getClass() || HalyardException.class.isAssignableFrom(type);
      if (exact && KNOWN.containsKey(type.getName())) {
        return type.getName();
      }
    }
    return "";
  }

  static RuntimeException read(MessageReader from) {
    Function<@Nullable String, RuntimeException> make = KNOWN.get(from.text());
    boolean hasMessage = from.flag();
    String text = from.text();
    @Nullable String message = hasMessage ? text : null;
    String whole = from.text();
    List<StackTraceElement> frames = from.each(Failures::frame);
    RuntimeException failure = make == null ? new ForeignException(whole) : make.apply(message);
    failure.setStackTrace(
        Stream.concat(frames.stream(), Stream.of(failure.getStackTrace()))
            .toArray(StackTraceElement[]::new));
    return failure;
  }

  private static StackTraceElement frame(MessageReader from) {
    String type = from.text();
    String method = from.text();
    String file = from.text();
    return new StackTraceElement(type, method, file.isEmpty() ? null : file, (int) from.number());
  }
}
