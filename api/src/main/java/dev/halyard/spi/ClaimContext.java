package dev.halyard.spi;

import java.util.Set;

/** The conditions under which a device claims nodes. Not for implementation. */
public interface ClaimContext {
  /** {@return the freedoms with numbers that the application grants} */
  Set<Permission> permissions();

  /**
   * {@return whether the application allows fusion; if not, offer {@code fusable} nodes singly as
   * before, the runtime keeps them apart}
   */
  boolean fusion();
}
