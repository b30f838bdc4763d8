package io.dromedary;

import io.dromedary.api.Reply;
import io.dromedary.observe.Console;
import io.dromedary.observe.Health;
import io.dromedary.observe.Meters;
import io.dromedary.steps.Operations;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The pages of the management port. */
record ManagementPages(Health pages, Meters meters, Console consolePage, Supplier<CompletionStage<Reply>> jobsPage)
        implements Operations {
    @Override
    public CompletionStage<Reply> jobs() {
        return jobsPage.get();
    }

    @Override
    public Reply live() {
        return pages.live();
    }

    @Override
    public Reply ready() {
        return pages.ready();
    }

    @Override
    public Reply health() {
        return pages.report();
    }

    @Override
    public Reply metrics() {
        return new Reply.Whole(200, Meters.CONTENT_TYPE, meters.scrape().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Reply console() {
        return consolePage.page();
    }
}
