package io.dromedary.jobs.batch;

import static io.dromedary.jobs.batch.BatchTrial.answering;
import static io.dromedary.jobs.batch.BatchTrial.join;
import static io.dromedary.jobs.batch.BatchTrial.json;
import static io.dromedary.jobs.batch.BatchTrial.lines;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.jobs.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BatchesTest {
    private static final String ACME = BatchTrial.PROJECT;
    private static final String USUAL = "\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"";

    private final BatchTrial trial = new BatchTrial();

    @Test
    void nothing_is_written_of_a_batch_beyond_as_many_jobs_as_a_project_may_have() {
        trial.full = true;
        var input = trial.files.put(BatchTrial.lines(1));
        assertThatThrownBy(() -> trial.order("{\"input_file_id\":\"" + input + "\",\"endpoint\":\"" + BatchTrial.CHAT
                        + "\",\"completion_window\":\"24h\"}"))
                .hasMessageContaining("too many");
        assertThat(trial.entered).isEmpty();
        assertThat(trial.orders).isEmpty();
    }

    @Test
    void a_batch_begins_with_every_field_that_it_will_have() {
        var file = trial.files.put(lines(1));

        var batch = join(trial.batches.create(
                ACME,
                "ci",
                ("{\"input_file_id\":\"" + file + "\"," + USUAL + ",\"metadata\":{\"a\":\"b\"}}").getBytes(UTF_8)));

        var now = trial.clock.instant().getEpochSecond();
        assertThat(json(batch.toString()))
                .isEqualTo(json("""
                {"id":"%s","object":"batch","endpoint":"/v1/chat/completions","errors":null,"input_file_id":"%s",
                 "completion_window":"24h","status":"validating","output_file_id":null,"error_file_id":null,
                 "created_at":%d,"in_progress_at":null,"expires_at":%d,"finalizing_at":null,"completed_at":null,
                 "failed_at":null,"expired_at":null,"cancelling_at":null,"cancelled_at":null,
                 "request_counts":{"total":0,"completed":0,"failed":0},"metadata":{"a":"b"}}
                """.formatted(batch.path("id").asText(), file, now, now + 86_400)));
        assertThat(batch.path("id").asText()).matches("batch_[0-9a-f]{32}");
        assertThat(trial.orders).singleElement().satisfies(order -> {
            assertThat(order.id()).isEqualTo(batch.path("id").asText());
            assertThat(List.of(order.kind(), order.project(), order.key())).containsExactly(Kind.BATCH, ACME, "ci");
        });
        assertThat(join(trial.batches.get(ACME, order()))).isEqualTo(json(batch.toString()));
    }

    private String order() {
        return trial.orders.getLast().id();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            input_file_id     | {"endpoint":"/v1/chat/completions","completion_window":"24h"}
            endpoint          | {"input_file_id":"F","completion_window":"24h"}
            endpoint          | {"input_file_id":"F","completion_window":"24h","endpoint":"/v1/moderations"}
            endpoint          | {"input_file_id":"F","completion_window":"24h","endpoint":"/v1/audio/translations"}
            endpoint          | {"input_file_id":"F","completion_window":"24h","endpoint":"/v1/audio/speech"}
            completion_window | {"input_file_id":"F","endpoint":"/v1/responses"}
            completion_window | {"input_file_id":"F","endpoint":"/v1/responses","completion_window":"1h"}
            metadata.a        | {"input_file_id":"F","endpoint":"/v1/responses","completion_window":"24h","metadata":{"a":1}}
            override_settings.n | {"input_file_id":"F","endpoint":"/v1/responses","completion_window":"24h","override_settings":{"n":1}}
            override_settings.top_p | {"input_file_id":"F","endpoint":"/v1/responses","completion_window":"24h","override_settings":{"top_p":2}}
            override_settings.top_p | {"input_file_id":"F","endpoint":"/v1/embeddings","completion_window":"24h","override_settings":{"model":"m","top_p":1}}
            output_expires_after.seconds | {"input_file_id":"F","endpoint":"/v1/responses","completion_window":"24h","output_expires_after":{"anchor":"created_at","seconds":1}}
            output_expires_after.anchor | {"input_file_id":"F","endpoint":"/v1/responses","completion_window":"24h","output_expires_after":{"seconds":3600}}
            surprise          | {"input_file_id":"F","endpoint":"/v1/responses","completion_window":"24h","surprise":1}
            input_file_id     | {"input_file_id":"ftp://x/y","endpoint":"/v1/responses","completion_window":"24h"}
            """)
    void what_is_wrong_is_named_and_nothing_is_begun(String param, String body) {
        var refusal = refused(body.replace("\"F\"", "\"" + trial.files.put(lines(1)) + "\""));

        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.param()).isEqualTo(param);
        assertThat(trial.orders).isEmpty();
    }

    @Test
    void an_input_that_is_not_there_or_not_for_batches_or_too_large_is_refused() {
        var unknown = refused("{\"input_file_id\":\"file-nowhere\"," + USUAL + "}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.param()).isEqualTo("input_file_id");
        assertThat(refused("{\"input_file_id\":\"" + trial.files.put("x", "vision") + "\"," + USUAL + "}")
                        .message())
                .contains("purpose");
        assertThat(refused("{\"input_file_id\":\"" + trial.files.put("x".repeat(10_000_001)) + "\"," + USUAL + "}")
                        .code())
                .isEqualTo("file_too_large");
        var file = trial.files.put(lines(1));
        assertThat(refusal(catchThrowable(() -> join(trial.batches.create(
                                "other",
                                "ci",
                                ("{\"input_file_id\":\"" + file + "\"," + USUAL + "}").getBytes(UTF_8)))))
                        .status())
                .isEqualTo(404);
        assertThat(trial.orders).isEmpty();
    }

    private Refusal refused(String body) {
        return refusal(catchThrowable(() -> join(trial.batches.create(ACME, "ci", body.getBytes(UTF_8)))));
    }

    private static Refusal refusal(Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused.refusal();
        }
        throw new AssertionError("it is no refusal", failure);
    }

    @Test
    void anothers_batch_is_as_one_that_never_was() {
        var order = trial.create(lines(1));

        var get = refusal(catchThrowable(() -> join(trial.batches.get("other", order.id()))));
        var never = refusal(catchThrowable(() -> join(trial.batches.get("other", "batch_never"))));
        var cancel = refusal(catchThrowable(() -> join(trial.batches.cancel("other", order.id()))));

        assertThat(get.status()).isEqualTo(404);
        assertThat(get.message().replace(order.id(), "batch_never")).isEqualTo(never.message());
        assertThat(cancel).isEqualTo(get);
        assertThat(join(trial.batches.list("other", null, null)).path("data")).isEmpty();
        assertThat(trial.batch(order).path("status").asText()).isEqualTo("validating");
        assertThat(trial.cancelled).isEmpty();
    }

    @Test
    void a_list_is_read_page_by_page_the_newest_first() {
        var made = new ArrayList<String>();
        for (var i = 0; i < 5; i++) {
            made.addFirst(trial.create(lines(1)).id());
        }
        // one whose record was never put, or is gone by now
        trial.entered.add(3, "batches/acme batch_gone");

        var first = join(trial.batches.list(ACME, "2", null));
        assertThat(ids(first)).containsExactlyElementsOf(made.subList(0, 2));
        assertThat(first.path("has_more").asBoolean()).isTrue();
        assertThat(first.path("first_id").asText()).isEqualTo(made.get(0));
        assertThat(first.path("last_id").asText()).isEqualTo(made.get(1));

        var rest = join(trial.batches.list(ACME, "3", made.get(1)));
        assertThat(ids(rest)).containsExactlyElementsOf(made.subList(2, 5));
        assertThat(rest.path("has_more").asBoolean()).isFalse();

        var none = join(trial.batches.list(ACME, null, made.get(4)));
        assertThat(none).isEqualTo(json("""
                {"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}"""));
    }

    @Test
    void a_list_has_a_sane_limit_and_begins_after_a_batch() {
        assertThat(refusal(catchThrowable(() -> join(trial.batches.list(ACME, "0", null))))
                        .param())
                .isEqualTo("limit");
        assertThat(refusal(catchThrowable(() -> join(trial.batches.list(ACME, "101", null))))
                        .param())
                .isEqualTo("limit");
        assertThat(refusal(catchThrowable(() -> join(trial.batches.list(ACME, null, "batch_never"))))
                        .param())
                .isEqualTo("after");
    }

    private static List<String> ids(JsonNode list) {
        var ids = new ArrayList<String>();
        list.path("data").forEach(batch -> ids.add(batch.path("id").asText()));
        return ids;
    }

    @Test
    void a_batch_that_is_being_cancelled_can_be_cancelled_again_and_one_that_has_ended_cannot() {
        var order = trial.create(lines(1));

        var once = join(trial.batches.cancel(ACME, order.id()));
        var twice = join(trial.batches.cancel(ACME, order.id()));

        assertThat(once.path("status").asText()).isEqualTo("cancelling");
        assertThat(once.path("cancelling_at").isIntegralNumber()).isTrue();
        assertThat(twice).hasToString(once.toString());
        trial.work(order, answering(BatchTrial::answer));
        var late = refusal(catchThrowable(() -> join(trial.batches.cancel(ACME, order.id()))));
        assertThat(late.status()).isEqualTo(400);
        assertThat(late.message()).contains("'cancelled'");
    }
}
