package io.dromedary.jobs.batch;

import io.dromedary.api.Ids;
import io.dromedary.config.GatewaySettings;
import io.dromedary.files.StoredFiles;
import io.dromedary.files.UrlFiles;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What batches need of the house.
 *
 * @param settings as they are at the time
 */
record BatchRooms(
        BatchRecords records,
        StoredFiles files,
        UrlFiles urls,
        LineRoute lines,
        Supplier<GatewaySettings> settings,
        Ids ids,
        InstantSource clock,
        RandomGenerator random,
        Paces paces) {}
