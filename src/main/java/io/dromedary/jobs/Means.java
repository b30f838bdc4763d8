package io.dromedary.jobs;

import io.dromedary.api.Ids;
import io.dromedary.responses.Timer;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What the engine does not make itself.
 *
 * @param threads where workers begin, and what takes its time
 * @param clock for what people and other gateways read; it may jump
 * @param nanos of a clock that does not, by which the engine itself waits and judges
 */
public record Means(Timer timer, Executor threads, Ids ids, InstantSource clock, LongSupplier nanos) {}
