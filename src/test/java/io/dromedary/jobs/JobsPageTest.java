package io.dromedary.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.Reply;
import io.dromedary.api.json.Json;
import io.dromedary.jobs.Jobs.Order;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class JobsPageTest {
    private static final Duration MOMENT = Duration.ofMillis(200);

    private final World world = new World(1);
    private final Desk desk = new Desk();
    private final World.Node node =
            world.new Node(true, 1, new Tally()).serve(desk).start();

    @Test
    void the_page_says_who_there_is_and_what_is_done() throws Exception {
        var other = world.new Node(true, 0, new Tally()).start();
        world.pass(MOMENT);
        for (var id : new String[] {"one", "two"}) {
            world.done(node.jobs.submit(new Order(id, Kind.BATCH, "acme", "ci", "secret work")));
            world.pass(Duration.ofSeconds(3));
        }
        var page = page(false);
        assertThat(page.path("run").asText()).startsWith("run_");
        assertThat(page.path("draining").asBoolean()).isFalse();
        assertThat(page.path("lease_losses").asInt(-1)).isZero();
        assertThat(page.path("other_runs")).hasSize(1);
        assertThat(page.path("jobs")).hasSize(2);
        assertThat(page.at("/jobs/0/id").asText()).isEqualTo("one");
        assertThat(page.at("/jobs/0/kind").asText()).isEqualTo("batch");
        assertThat(page.at("/jobs/0/state").asText()).isEqualTo("running");
        assertThat(page.at("/jobs/0/attempts").asInt()).isEqualTo(1);
        assertThat(page.at("/jobs/0/age_seconds").asDouble()).isGreaterThan(5);
        assertThat(page.at("/jobs/1/state").asText()).isEqualTo("waiting");
        assertThat(page.path("counts")).hasSize(2);
        assertThat(page.toString()).doesNotContain("acme", "secret");
        assertThat(page(true).at("/jobs/0/project").asText()).isEqualTo("acme");
        assertThat(other.jobs.figures().all()).isNotEmpty();
    }

    @Test
    void a_job_that_was_put_off_says_until_when() throws Exception {
        world.pass(MOMENT);
        world.done(node.jobs.submit(new Order("one", Kind.DEFERRED, "acme", "ci", "")));
        world.pass(MOMENT);
        desk.last().again(new Outcome.Again(Duration.ofHours(1), false));
        world.pass(MOMENT);
        assertThat(page(false).at("/jobs/0/state").asText()).isEqualTo("paused");
        assertThat(page(false).at("/jobs/0/not_before").asText()).startsWith("2026-01-01T01:00:00");
    }

    private JsonNode page(boolean projects) throws Exception {
        var reply = (Reply.Whole) world.done(node.jobs.page(projects));
        assertThat(reply.status()).isEqualTo(200);
        return Json.MAPPER.readTree(reply.body());
    }
}
