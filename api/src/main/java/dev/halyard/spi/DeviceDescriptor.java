package dev.halyard.spi;

import dev.halyard.DType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a device is, as far as can be told without opening it. */
public final class DeviceDescriptor {
  private final String stableId;
  private final DeviceKind kind;
  private final String name;
  private final String vendor;
  private final String driver;
  private final boolean emulated;
  private final long memoryBytes;
  private final int residentPrograms;
  private final Set<Profile> profiles;
  private final Set<DType> dtypes;
  private final Map<String, String> properties;

  private DeviceDescriptor(Builder builder) {
    stableId = builder.stableId;
    kind = builder.kind;
    name = builder.name;
    vendor = builder.vendor;
    driver = builder.driver;
    emulated = builder.emulated;
    memoryBytes = builder.memoryBytes;
    residentPrograms = builder.residentPrograms;
    profiles = Collections.unmodifiableSet(new LinkedHashSet<>(builder.profiles));
    dtypes = Collections.unmodifiableSet(new LinkedHashSet<>(builder.dtypes));
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(builder.properties));
  }

  /**
   * {@return a builder}
   *
   * @param stableId an id that names the same device after a restart: a PCI address, a serial
   *     number; keys caches
   * @param kind the sort of hardware
   * @param name the product's name, for people
   */
  public static Builder builder(String stableId, DeviceKind kind, String name) {
    return new Builder(stableId, kind, name);
  }

  /**
   * {@return an id that names the same device after a restart: a PCI address, a serial number; keys
   * caches}
   */
  public String stableId() {
    return stableId;
  }

  /** {@return the sort of hardware} */
  public DeviceKind kind() {
    return kind;
  }

  /** {@return the product's name, for people} */
  public String name() {
    return name;
  }

  /** {@return who made the device} */
  public String vendor() {
    return vendor;
  }

  /** {@return the version of the driver; a change of it empties caches} */
  public String driver() {
    return driver;
  }

  /** {@return whether the device is emulated; such a device is never chosen unless asked for} */
  public boolean emulated() {
    return emulated;
  }

  /** {@return the device's memory in bytes, 0 where it is the host's} */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** {@return how many programs the device holds at a time} */
  public int residentPrograms() {
    return residentPrograms;
  }

  /** {@return the profiles that the device promises} */
  public Set<Profile> profiles() {
    return profiles;
  }

  /** {@return the element types that the device computes with} */
  public Set<DType> dtypes() {
    return dtypes;
  }

  /** {@return further facts for reports, such as the width of vectors} */
  public Map<String, String> properties() {
    return properties;
  }

  /** Collects the parts of a {@link DeviceDescriptor}. */
  public static final class Builder {
    private final String stableId;
    private final DeviceKind kind;
    private final String name;
    private String vendor = "";
    private String driver = "";
    private boolean emulated = false;
    private long memoryBytes = 0;
    private int residentPrograms = Integer.MAX_VALUE;
    private final Set<Profile> profiles = new LinkedHashSet<>(List.of(Profile.CORE));
    private final Set<DType> dtypes = new LinkedHashSet<>();
    private final Map<String, String> properties = new LinkedHashMap<>();

    private Builder(String stableId, DeviceKind kind, String name) {
      this.stableId = stableId;
      this.kind = kind;
      this.name = name;
    }

    /**
     * Sets who made the device.
     *
     * @param value the value
     * @return this
     */
    public Builder vendor(String value) {
      vendor = value;
      return this;
    }

    /**
     * Sets the version of the driver; a change of it empties caches.
     *
     * @param value the value
     * @return this
     */
    public Builder driver(String value) {
      driver = value;
      return this;
    }

    /**
     * Sets whether the device is emulated; such a device is never chosen unless asked for.
     *
     * @param value the value
     * @return this
     */
    public Builder emulated(boolean value) {
      emulated = value;
      return this;
    }

    /**
     * Sets the device's memory in bytes, 0 where it is the host's.
     *
     * @param value the value
     * @return this
     */
    public Builder memoryBytes(long value) {
      memoryBytes = value;
      return this;
    }

    /**
     * Sets how many programs the device holds at a time.
     *
     * @param value the value
     * @return this
     */
    public Builder residentPrograms(int value) {
      residentPrograms = value;
      return this;
    }

    /**
     * Adds to the profiles that the device promises.
     *
     * @param more what to add
     * @return this
     */
    public Builder profiles(Profile... more) {
      profiles.addAll(List.of(more));
      return this;
    }

    /**
     * Adds to the element types that the device computes with.
     *
     * @param more what to add
     * @return this
     */
    public Builder dtypes(DType... more) {
      dtypes.addAll(List.of(more));
      return this;
    }

    /**
     * Adds to further facts for reports, such as the width of vectors.
     *
     * @param key the name
     * @param value the value
     * @return this
     */
    public Builder properties(String key, String value) {
      properties.put(key, value);
      return this;
    }

    /** {@return the DeviceDescriptor} */
    public DeviceDescriptor build() {
      return new DeviceDescriptor(this);
    }
  }
}
