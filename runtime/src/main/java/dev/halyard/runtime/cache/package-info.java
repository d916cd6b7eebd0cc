/** Content-addressed entries on disk, shared by processes. */
@NullMarked
package dev.halyard.runtime.cache;

import org.jspecify.annotations.NullMarked;
