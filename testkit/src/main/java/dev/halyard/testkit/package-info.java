/**
 * Random graphs and the comparison of results, for the tests of the other modules.
 *
 * <p>{@link dev.halyard.testkit.OpCases} makes graphs of one operation, {@link
 * dev.halyard.testkit.RandomGraphs} graphs of many; both are functions of a seed. {@link
 * dev.halyard.testkit.Comparison} holds what a device made of them against the reference
 * interpreter, within an error bound that follows from the graph.
 */
@NullMarked
package dev.halyard.testkit;

import org.jspecify.annotations.NullMarked;
