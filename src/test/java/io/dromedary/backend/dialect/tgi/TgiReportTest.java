package io.dromedary.backend.dialect.tgi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.backend.SelfReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TgiReportTest {
    @Test
    void the_page_says_what_is_loaded_and_how_much_it_takes() {
        var page = """
                {"model_id":"org/model","max_concurrent_requests":64,"max_input_tokens":1024,"max_total_tokens":2048,
                 "router":"text-generation-router","version":"3.3.4","docker_label":null}""";
        assertThat(TgiReport.of(page.getBytes(UTF_8))).isEqualTo(new SelfReport("org/model", "3.3.4", 2048, 64));
    }

    @Test
    void the_page_is_asked_for_where_tgi_has_it() {
        var dialect = Tgi.dialect();
        assertThat(dialect.reportPath()).isEqualTo("/info");
        assertThat(dialect.healthPath()).isEqualTo("/health");
        assertThat(dialect.report("{\"model_id\":\"m\"}".getBytes(UTF_8))).isEqualTo(new SelfReport("m", null, 0, 0));
    }

    @Test
    void what_it_leaves_out_is_not_known() {
        assertThat(TgiReport.of("{\"model_id\":\"m\",\"max_total_tokens\":-1}".getBytes(UTF_8)))
                .isEqualTo(new SelfReport("m", null, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"model_id\":7}", "null"})
    void another_page_says_nothing(String page) {
        assertThat(TgiReport.of(page.getBytes(UTF_8))).isNull();
    }
}
