package dev.halyard.runtime.isolate;

import dev.halyard.spi.DriverContext;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Map;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** What the runtime offers a driver, by way of the connection. */
final class HostedContext implements DriverContext {
  private final Peer peer;
  private final Map<String, String> configuration;
  private final Path cacheFolder;
  private volatile boolean lost;

  HostedContext(Peer peer, Map<String, String> configuration, Path cacheFolder) {
    this.peer = peer;
    this.configuration = configuration;
    this.cacheFolder = cacheFolder;
  }

  @Override
  public void lost(String reason) {
    lost = true;
    peer.tell(Request.LOST, new MessageWriter().text(reason));
  }

  /** {@return whether the driver has said that its device is gone} */
  boolean isLost() {
    return lost;
  }

  @Override
  public Map<String, String> configuration() {
    return configuration;
  }

  @Override
  public Path cacheFolder() {
    return cacheFolder;
  }

  @Override
  public System.Logger log() {
    return new Log(peer);
  }

  /** Has the application log. */
  private record Log(Peer peer) implements System.Logger {
    @Override
    public String getName() {
      return "isolated plugin";
    }

    @Override
    public boolean isLoggable(Level level) {
      return level.compareTo(Level.DEBUG) >= 0 && level != Level.OFF;
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String text,
        @Nullable Throwable thrown) {
      send(level, text + (thrown == null ? "" : ": " + thrown));
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... parameters) {
      boolean plain = format == null || parameters == null || parameters.length == 0;
      send(level, plain ? String.valueOf(format) : MessageFormat.format(format, parameters));
    }

    private void send(Level level, String text) {
      if (isLoggable(level)) {
        peer.tell(Request.LOG, new MessageWriter().count(level.ordinal()).text(text));
      }
    }
  }
}
