/** Plugins in child JVMs that behave, hang, crash and are killed. */
package dev.halyard.runtime.isolate;
