package dev.halyard.spi;

/** A kind of memory that a device can use; memory is not the device. */
public final class MemoryKind {
  private final String name;
  private final long alignment;
  private final long maxBytes;
  private final boolean hostVisible;

  private MemoryKind(Builder builder) {
    name = builder.name;
    alignment = builder.alignment;
    maxBytes = builder.maxBytes;
    hostVisible = builder.hostVisible;
  }

  /**
   * {@return a builder}
   *
   * @param name a short name, such as {@code host}, {@code device}, {@code pinned}
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** {@return a short name, such as {@code host}, {@code device}, {@code pinned}} */
  public String name() {
    return name;
  }

  /** {@return the alignment of an allocation in bytes, a power of two} */
  public long alignment() {
    return alignment;
  }

  /** {@return the largest single allocation in bytes} */
  public long maxBytes() {
    return maxBytes;
  }

  /**
   * {@return whether {@link DeviceMemory#segment} is present: the host reads and writes it
   * directly}
   */
  public boolean hostVisible() {
    return hostVisible;
  }

  /** Collects the parts of a {@link MemoryKind}. */
  public static final class Builder {
    private final String name;
    private long alignment = 64;
    private long maxBytes = Long.MAX_VALUE;
    private boolean hostVisible = true;

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Sets the alignment of an allocation in bytes, a power of two.
     *
     * @param value the value
     * @return this
     */
    public Builder alignment(long value) {
      alignment = value;
      return this;
    }

    /**
     * Sets the largest single allocation in bytes.
     *
     * @param value the value
     * @return this
     */
    public Builder maxBytes(long value) {
      maxBytes = value;
      return this;
    }

    /**
     * Sets whether {@link DeviceMemory#segment} is present: the host reads and writes it directly.
     *
     * @param value the value
     * @return this
     */
    public Builder hostVisible(boolean value) {
      hostVisible = value;
      return this;
    }

    /** {@return the MemoryKind} */
    public MemoryKind build() {
      return new MemoryKind(this);
    }
  }
}
