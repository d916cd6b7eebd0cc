/**
 * What a vendor implements: {@link dev.halyard.spi.DevicePlugin}, then {@link
 * dev.halyard.spi.DeviceDriver}, {@link dev.halyard.spi.Program} and {@link
 * dev.halyard.spi.Stream}.
 *
 * <h2>A device's life</h2>
 *
 * <p>The runtime finds the plugin by {@link java.util.ServiceLoader}, asks {@code info}, then
 * {@code probe}; it opens a device when somebody wants it. For a graph it asks the driver to {@code
 * claim} nodes of the canonical form, groups what was claimed into {@link
 * dev.halyard.spi.Partition}s, has each compiled to a {@link dev.halyard.spi.Program}, binds memory
 * and dimensions once per invocation, and from then on only calls {@code execute} or {@code submit}
 * with that {@link dev.halyard.spi.Binding}. Everything is checked before a plugin sees it: shapes,
 * bounds, dtypes, state; and all memory that a plugin receives is native.
 *
 * <h2>Who calls what, and when</h2>
 *
 * <table>
 * <caption>Threading</caption>
 * <tr><th>method</th><th>called by</th><th>concurrently</th><th>may block</th><th>legal after loss</th></tr>
 * <tr><td>DevicePlugin.info</td><td>any thread</td><td>yes</td><td>no</td><td>yes</td></tr>
 * <tr><td>DevicePlugin.probe</td><td>discovery, one thread</td><td>no</td><td>at most 100 ms</td><td>yes</td></tr>
 * <tr><td>DevicePlugin.open</td><td>any thread</td><td>for different devices</td><td>yes</td><td>yes: it is how a device is reopened, after its driver was closed</td></tr>
 * <tr><td>DevicePlugin.builder</td><td>any thread</td><td>yes</td><td>no</td><td>yes</td></tr>
 * <tr><td>ArtefactBuilder.build</td><td>a thread of the application</td><td>no</td><td>for hours</td><td>yes</td></tr>
 * <tr><td>DeviceDriver.memoryKinds, testHooks</td><td>any thread</td><td>yes</td><td>no</td><td>yes</td></tr>
 * <tr><td>DeviceDriver.allocate, importHost</td><td>any thread</td><td>yes</td><td>briefly</td><td>throws DeviceLostException</td></tr>
 * <tr><td>DeviceDriver.claim</td><td>any thread</td><td>yes</td><td>no</td><td>throws DeviceLostException or answers</td></tr>
 * <tr><td>DeviceDriver.compile</td><td>any thread</td><td>yes</td><td>until the deadline</td><td>throws DeviceLostException</td></tr>
 * <tr><td>DeviceDriver.openStream</td><td>any thread</td><td>yes</td><td>briefly</td><td>throws DeviceLostException</td></tr>
 * <tr><td>DeviceDriver.close</td><td>any thread, once, after streams, programs and memory were closed</td><td>no</td><td>yes</td><td>yes, and frees what it can</td></tr>
 * <tr><td>DeviceMemory.bytes, segment</td><td>any thread</td><td>yes</td><td>no</td><td>yes</td></tr>
 * <tr><td>DeviceMemory.close</td><td>any thread, once</td><td>for different blocks</td><td>briefly</td><td>yes</td></tr>
 * <tr><td>Program.workspaceBytes, bind, describe</td><td>any thread</td><td>yes</td><td>briefly</td><td>throws DeviceLostException or answers</td></tr>
 * <tr><td>Program.close, Binding.close</td><td>any thread, once</td><td>for different ones</td><td>briefly</td><td>yes</td></tr>
 * <tr><td>Stream.execute</td><td>one caller at a time per stream</td><td>for different streams</td><td>until done</td><td>throws DeviceLostException</td></tr>
 * <tr><td>Stream.submit, upload, download, copy, waitFor</td><td>one caller at a time per stream</td><td>for different streams</td><td>no</td><td>throws DeviceLostException</td></tr>
 * <tr><td>Stream.cancel, completed, timing</td><td>any thread</td><td>yes</td><td>no</td><td>yes</td></tr>
 * <tr><td>Stream.await</td><td>any thread</td><td>yes</td><td>until done, interrupted, or out of time</td><td>throws DeviceLostException at once for every ticket above completed</td></tr>
 * <tr><td>Stream.close</td><td>any thread, once</td><td>for different streams</td><td>until its work is done</td><td>yes; waits for nothing that may never end</td></tr>
 * <tr><td>TestHooks</td><td>any thread</td><td>yes</td><td>no</td><td>yes</td></tr>
 * <tr><td>callbacks into ProbeSink, ClaimSink, TextSink, TimingSink</td><td>the thread of the call they were passed to, before it returns</td><td>no</td><td>no</td><td>yes</td></tr>
 * <tr><td>DriverContext.lost, log; CompileContext.progress</td><td>any thread of the plugin</td><td>yes</td><td>no</td><td>yes</td></tr>
 * </table>
 *
 * <p>Overlapping {@code execute} on one stream never happens: an {@code Invocation} owns its
 * stream.
 *
 * <h2>How this interface grows</h2>
 *
 * <p>{@link dev.halyard.spi.Spi#LEVEL} grows by one; what is new is a {@code default} method, a new
 * versioned operation, or a new constant of a final class. Nothing is removed, an operation never
 * gains an attribute, and a plugin is never given an operation, attribute or element type above the
 * level that it was built against. There are no records, enums or sealed types at this boundary.
 */
@NullMarked
package dev.halyard.spi;

import org.jspecify.annotations.NullMarked;
