package io.dromedary.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class PathPatternTest {
    @Test
    void a_literal_path_matches_itself_alone() {
        var pattern = PathPattern.of("/v1/models");
        assertThat(pattern.literal()).isTrue();
        assertThat(pattern.match("/v1/models")).isEmpty();
        assertThat(pattern.match("/v1/models/")).isNull();
        assertThat(pattern.match("/v1")).isNull();
        assertThat(pattern.match("/v1/models-of-mine")).isNull();
    }

    @Test
    void a_parameter_is_one_segment_percent_decoded() {
        var pattern = PathPattern.of("/v1/files/{id}/content");
        assertThat(pattern.match("/v1/files/a%20b+c/content")).isEqualTo(Map.of("id", "a b+c"));
        assertThat(pattern.match("/v1/files//content")).isNull();
        assertThat(pattern.match("/v1/files/a/b/content")).isNull();
        assertThat(pattern.match("/v1/files/a")).isNull();
        assertThat(pattern.match("/v1/files/")).isNull();
        assertThat(pattern.match("/v1/files")).isNull();
        assertThat(pattern.match("/v1/files/a+b/content")).isEqualTo(Map.of("id", "a+b"));
    }

    @Test
    void the_rest_of_the_path_may_hold_slashes() {
        var pattern = PathPattern.of("/v1/models/{id...}");
        assertThat(pattern.match("/v1/models/meta-llama/Llama-3.1-8B"))
                .isEqualTo(Map.of("id", "meta-llama/Llama-3.1-8B"));
        assertThat(pattern.match("/v1/models/meta-llama%2FLlama")).isEqualTo(Map.of("id", "meta-llama/Llama"));
        assertThat(pattern.match("/v1/models/")).isNull();
        assertThat(pattern.match("/v1/models")).isNull();
    }

    @Test
    void a_broken_escape_matches_nothing() {
        assertThat(PathPattern.of("/v1/models/{id...}").match("/v1/models/%zz")).isNull();
    }
}
