package io.dromedary;

import io.dromedary.jobs.JobFigures;
import io.dromedary.jobs.JobObserver;
import io.dromedary.jobs.Kind;
import io.dromedary.observe.JobFigure;
import io.dromedary.observe.JobMeters;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells the metrics what happens to jobs, when it does. */
final class JobRecorder implements JobObserver {
    private static final double MILLIS = 1000;

    private @Nullable JobMeters meters;

    /** Before the first job is there. */
    void to(JobMeters shown) {
        meters = shown;
    }

    static List<JobFigure> figures(JobFigures jobs) {
        return jobs.all().stream()
                .map(figure -> new JobFigure(
                        figure.kind().word(),
                        figure.state().word(),
                        figure.count(),
                        figure.oldest().toMillis() / MILLIS))
                .toList();
    }

    @Override
    public void ended(Kind kind, End end) {
        if (meters != null) {
            meters.attempt(kind.word(), end.word());
        }
    }

    @Override
    public void takenOver(Kind kind) {
        if (meters != null) {
            meters.takenOver(kind.word());
        }
    }

    @Override
    public void leaseLost() {
        if (meters != null) {
            meters.leaseLost();
        }
    }
}
