/** Rules S: the contract of dev.halyard.spi is kept. */
@NullMarked
package dev.halyard.tck.contract;

import org.jspecify.annotations.NullMarked;
