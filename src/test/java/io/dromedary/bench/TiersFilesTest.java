package io.dromedary.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TiersFilesTest {

    @Test
    void a_project_has_its_key_and_its_limits_or_none() throws Exception {
        var limits = Map.of("scarce", "{ requestsPerMinute: 100 }", "free", "");

        var file = new YAMLMapper().readTree(TiersGateway.projects(limits, Map.of("scarce", "abc", "free", "x")));

        assertThat(file.at("/projects/scarce/limits/requestsPerMinute").asInt()).isEqualTo(100);
        assertThat(file.at("/projects/scarce/keys/0/sha256").asText())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(file.at("/projects/free").has("limits")).isFalse();
        assertThat(file.at("/projects/free/keys/0/sha256").asText()).hasSize(64);
    }

    @Test
    void each_round_has_keys_of_its_own() {
        assertThat(LimitsPart.projects(2)).containsOnlyKeys("requests-0", "requests-1", "tokens-0", "tokens-1");
    }

    @Test
    void flex_is_refused_at_its_deadline_and_not_for_a_full_queue() throws Exception {
        var file = new YAMLMapper().readTree(TiersGateway.lanes());

        assertThat(file.at("/lanes/flex/deadline").asText()).isEqualTo(TiersGateway.DEADLINE.toSeconds() + "s");
        assertThat(file.at("/lanes/flex/queue").asInt()).isGreaterThan(10_000);
    }

    @Test
    void a_body_says_its_tier_where_it_has_one() {
        assertThat(new ChatBody("m", "flex", true, 3, false).json())
                .contains("\"model\":\"m\"")
                .contains("\"service_tier\":\"flex\"");
        assertThat(new ChatBody(true, 3, false).json()).doesNotContain("service_tier");
    }

    @Test
    void what_is_under_way_is_summed_up_over_lanes_and_the_rest_is_left_out() {
        assertThat(Gauges.nonZero("""
                        # HELP dromedary_gate_queued Calls that wait in front of a backend, by lane.
                        # TYPE dromedary_gate_queued gauge
                        dromedary_gate_queued{backend="a",lane="flex"} 3.0
                        dromedary_gate_queued{backend="a",lane="default"} 1.0
                        dromedary_open_streams 0.0
                        dromedary_config_ok 1.0
                        dromedary_calls_in_flight 2.0
                        """))
                .isEqualTo(Map.of("dromedary_gate_queued", 4.0, "dromedary_calls_in_flight", 2.0));
    }
}
