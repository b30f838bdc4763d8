package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.rerank.RerankRequestReader;
import io.dromedary.backend.SelfReport;
import io.dromedary.backend.Target;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TeiDialectTest {
    private static final TeiDialect TEI = new TeiDialect(Answers.IDS, Answers.CLOCK);
    private static final String TWO = "\"query\":\"q\",\"documents\":[\"a\",\"b\"]";

    @Test
    void a_server_tells_what_it_has_loaded_and_how_much_it_takes() {
        assertThat(TEI.reportPath()).isEqualTo("/info");
        assertThat(TEI.healthPath()).isEqualTo("/health");
        assertThat(TEI.report(Answers.bytes("{\"model_id\":\"bge\",\"version\":\"1.9.1\",\"max_input_length\":512,"
                        + "\"max_concurrent_requests\":64,\"max_client_batch_size\":8}")))
                .isEqualTo(new SelfReport("bge", "1.9.1", 512, 64, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{}", "{\"model_id\":5}", "[]"})
    void what_is_no_report_is_none(String page) {
        assertThat(TEI.report(Answers.bytes(page))).isNull();
    }

    @Test
    void embeddings_are_asked_for_below_the_root_and_ranks_where_the_server_has_them() {
        var done = Tasks.run(
                TEI.task(Tasks.embeddings("\"input\":\"a\",\"truncate\":false"), target(Map.of())),
                "{\"data\":[{\"embedding\":[1]}]}");
        var ranks = TEI.task(Tasks.rerank(TWO), target(Map.of()));
        var byVectors = TEI.task(Tasks.rerank(TWO), target(Map.of("rankByEmbeddings", true)));

        assertThat(done.paths()).containsExactly("/v1/embeddings");
        assertThat(ranks.sending(0).path()).isEqualTo("/rerank");
        assertThat(byVectors.sending(0).path()).isEqualTo("/v1/embeddings");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "~~ | ~~",
                "~,\"truncate\":false,\"truncation_direction\":\"left\"~ | ~~",
                "~,\"truncate\":true~ | ~,\"truncate\":true~",
                "~,\"truncate\":true,\"truncation_direction\":\"Left\"~ | ~,\"truncate\":true,\"truncation_direction\":\"Left\"~",
                "~,\"truncate\":true,\"truncation_direction\":\"right\"~ | ~,\"truncate\":true,\"truncation_direction\":\"Right\"~",
                "~,\"truncation_direction\":\"left\",\"truncate\":true~ | ~,\"truncate\":true,\"truncation_direction\":\"Left\"~",
            })
    void long_documents_are_cut_where_the_caller_wants_it(String asked, String sent) {
        var request = Tasks.rerank(TWO + asked);

        assertThat(Answers.text(TEI.task(request, target(Map.of())).sending(0).body()))
                .isEqualTo("{\"query\":\"q\",\"texts\":[\"a\",\"b\"]" + sent + "}");
    }

    @Test
    void the_switch_to_cut_may_come_before_all_else() {
        var request =
                RerankRequestReader.read(Answers.bytes("{\"truncate\":true,\"model\":\"chat-small\"," + TWO + "}"));

        assertThat(Answers.text(TEI.task(request, target(Map.of())).sending(0).body()))
                .contains("\"truncate\":true");
    }

    @Test
    void what_it_cannot_be_told_is_refused() {
        var cut = catchThrowableOfType(
                RefusedException.class,
                () -> TEI.task(Tasks.embeddings("\"input\":\"a\",\"truncate\":true"), target(Map.of())));
        var chat =
                catchThrowableOfType(RefusedException.class, () -> TEI.chat(ChatRequests.of("{}"), target(Map.of())));

        assertThat(cut.refusal().param()).isEqualTo("truncate");
        assertThat(chat.refusal().param()).isEqualTo("model");
    }

    private static Target target(Map<String, Object> overrides) {
        return Answers.target(TeiDialect.CAPABILITIES.with(overrides));
    }
}
