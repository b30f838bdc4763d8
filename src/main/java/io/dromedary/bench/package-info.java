/**
 * Benchmarks: the gateway beside nginx and beside no proxy at all, on one machine, in one run. Everything runs as child
 * processes on loopback and ends with the command; what the columns mean stands in {@code docs/benchmarks.md}.
 */
@NullMarked
package io.dromedary.bench;

import org.jspecify.annotations.NullMarked;
