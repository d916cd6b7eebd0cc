package dev.halyard.runtime.compile;

import dev.halyard.CompileOptions;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.Permission;
import java.util.Set;

/** The conditions that the options of a compilation set for claims. */
record ClaimConditions(Set<Permission> permissions, boolean fusion) implements ClaimContext {
  static ClaimConditions of(CompileOptions options) {
    return new ClaimConditions(options.permissions(), options.fusion());
  }
}
