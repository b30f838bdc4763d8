package io.dromedary.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConsoleTest {
    private final String page = new String(new Console().page().body(), StandardCharsets.UTF_8);

    @Test
    void it_is_a_page_that_reads_health_and_metrics() {
        assertThat(new Console().page().contentType()).isEqualTo("text/html; charset=utf-8");
        assertThat(page)
                .startsWith("<!doctype html>")
                .contains("fetch('/observe/health')", "fetch('/observe/metrics')");
    }

    @Test
    void it_loads_nothing_from_elsewhere() {
        assertThat(page).doesNotContainPattern("https?://|\\ssrc=|<link|@import|url\\(");
    }

    @Test
    void what_it_shows_is_never_taken_for_markup() {
        assertThat(page).doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }

    @Test
    void it_reads_only_metrics_that_exist() {
        var meters = new Meters(
                new Meters.Gauges(
                        () -> 0,
                        () -> 0,
                        () -> 0,
                        () -> true,
                        () -> 0,
                        () -> 0,
                        () -> 0,
                        () -> 0,
                        () -> 0,
                        List::of,
                        new TierMeters.Sources(false, () -> 0, () -> true, () -> 0, () -> 0, List::of)),
                model -> true);
        meters.attempt("openai", "up", "answered", false, -1);
        meters.call(
                new CallFigures("/v1/chat/completions", 200, Ended.ANSWERED, "chat", "m", "openai", null, 1, 1, 1, 1));
        var scraped = meters.scrape();
        meters.close();

        assertThat(page.split("'"))
                .filteredOn(word -> word.matches("(dromedary|gen_ai|jvm)_[a-z_]+"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(scraped).contains(name));
    }
}
