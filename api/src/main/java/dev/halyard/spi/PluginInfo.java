package dev.halyard.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who a plugin is. A plain description: making one touches no hardware. */
public final class PluginInfo {
  private final String id;
  private final String vendor;
  private final String version;
  private final int level;
  private final Isolation isolation;
  private final Map<String, String> environment;
  private final String absence;

  private PluginInfo(Builder builder) {
    id = builder.id;
    vendor = builder.vendor;
    version = builder.version;
    level = builder.level;
    isolation = builder.isolation;
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(builder.environment));
    absence = builder.absence;
  }

  /**
   * {@return a builder}
   *
   * @param id the short id that device ids begin with, such as {@code cpu}: lower-case letters,
   *     digits and -
   * @param vendor who publishes the plugin
   * @param version the plugin's own version
   * @param level the SPI level the plugin was built against; pass {@link Spi#LEVEL}
   */
  public static Builder builder(String id, String vendor, String version, int level) {
    return new Builder(id, vendor, version, level);
  }

  /**
   * {@return the short id that device ids begin with, such as {@code cpu}: lower-case letters,
   * digits and -}
   */
  public String id() {
    return id;
  }

  /** {@return who publishes the plugin} */
  public String vendor() {
    return vendor;
  }

  /** {@return the plugin's own version} */
  public String version() {
    return version;
  }

  /** {@return the SPI level the plugin was built against; pass {@link Spi#LEVEL}} */
  public int level() {
    return level;
  }

  /** {@return whether the plugin wants a process of its own} */
  public Isolation isolation() {
    return isolation;
  }

  /**
   * {@return the environment variables that a process of its own must start with} The runtime asks
   * the plugin anew before each process, so that each may have values of its own.
   */
  public Map<String, String> environment() {
    return environment;
  }

  /** {@return why there can be no device on this machine; empty where a probe has to tell} */
  public String absence() {
    return absence;
  }

  /** Collects the parts of a {@link PluginInfo}. */
  public static final class Builder {
    private final String id;
    private final String vendor;
    private final String version;
    private final int level;
    private Isolation isolation = Isolation.NONE;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private String absence = "";

    private Builder(String id, String vendor, String version, int level) {
      this.id = id;
      this.vendor = vendor;
      this.version = version;
      this.level = level;
    }

    /**
     * Sets whether the plugin wants a process of its own.
     *
     * @param value the value
     * @return this
     */
    public Builder isolation(Isolation value) {
      isolation = value;
      return this;
    }

    /**
     * Adds to the environment variables that a process of its own must start with.
     *
     * @param key the name
     * @param value the value
     * @return this
     */
    public Builder environment(String key, String value) {
      environment.put(key, value);
      return this;
    }

    /**
     * Says that there can be no device on this machine, such as where a library is not installed.
     * The plugin is not probed then, which saves the process that an isolated one would be given.
     *
     * @param reason why, and what to do, for the operator
     * @return this
     */
    public Builder absence(String reason) {
      absence = reason;
      return this;
    }

    /** {@return the PluginInfo} */
    public PluginInfo build() {
      return new PluginInfo(this);
    }
  }
}
