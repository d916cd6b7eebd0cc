/** Turns results into a verdict, a page and files for other tools. */
@NullMarked
package dev.halyard.tck.report;

import org.jspecify.annotations.NullMarked;
