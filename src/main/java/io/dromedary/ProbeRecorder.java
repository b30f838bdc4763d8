package io.dromedary;

import io.dromedary.backend.BackendName;
import io.dromedary.backend.HealthProbe;
import io.dromedary.backend.SelfReport;
import io.dromedary.routing.Gates;
import io.dromedary.routing.Standings;
import org.jspecify.annotations.Nullable;

/** Tells those who care what backends say of themselves. */
record ProbeRecorder(Standings standings, Gates gates) implements HealthProbe.Listener {
    @Override
    public void health(BackendName backend, @Nullable String problem) {
        standings.health(backend, problem);
    }

    @Override
    public void reported(BackendName backend, SelfReport report) {
        standings.reported(backend, report);
        gates.reported(backend, report.concurrency());
    }
}
