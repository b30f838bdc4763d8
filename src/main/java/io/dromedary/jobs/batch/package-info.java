/**
 * Batches: files of requests, each run through a route as any request is, and the files that their answers make. A batch is
 * one job; its lines are read, run and written a few at a time.
 */
@NullMarked
package io.dromedary.jobs.batch;

import org.jspecify.annotations.NullMarked;
