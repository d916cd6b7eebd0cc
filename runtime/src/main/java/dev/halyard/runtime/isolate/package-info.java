/**
 * Runs a plugin in a child JVM: its devices are reached through shared memory and a socket.
 *
 * <p>The application's side is {@link dev.halyard.runtime.isolate.IsolatedPlugin}, an ordinary
 * plugin; the other side is {@link dev.halyard.runtime.isolate.ChildMain}. Control messages go over
 * a Unix-domain socket ({@code Peer}); memory, the queue of each stream ({@code Lane}) and the
 * child's heartbeat ({@code Pulse}) are files that both sides map.
 */
@NullMarked
package dev.halyard.runtime.isolate;

import org.jspecify.annotations.NullMarked;
