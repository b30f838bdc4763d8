package io.dromedary.jobs.batch;

import static io.dromedary.jobs.batch.BatchTrial.answer;
import static io.dromedary.jobs.batch.BatchTrial.answering;
import static io.dromedary.jobs.batch.BatchTrial.ids;
import static io.dromedary.jobs.batch.BatchTrial.job;
import static io.dromedary.jobs.batch.BatchTrial.join;
import static io.dromedary.jobs.batch.BatchTrial.json;
import static io.dromedary.jobs.batch.BatchTrial.line;
import static io.dromedary.jobs.batch.BatchTrial.lines;
import static io.dromedary.jobs.batch.BatchTrial.told;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.call.InnerCalls.Running;
import io.dromedary.call.InnerCalls.Told;
import io.dromedary.jobs.Attempt.Stop;
import io.dromedary.jobs.Jobs.Order;
import io.dromedary.jobs.Outcome;
import io.dromedary.jobs.batch.LineRoute.Line;
import io.dromedary.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a batch, whatever becomes of its lines and of the gateways that work on it. */
@Timeout(120)
final class BatchWorkerTest {
    private final BatchTrial trial = new BatchTrial();

    @Test
    void every_line_has_its_answer_in_the_output() {
        var order = trial.create(lines(100));

        assertThat(trial.work(order, answering(BatchTrial::answer))).isEqualTo(Outcome.DONE);

        var batch = trial.batch(order);
        assertThat(batch.path("status").asText()).isEqualTo("completed");
        assertThat(batch.path("model").asText()).isEqualTo("m");
        assertThat(batch.path("request_counts")).isEqualTo(json("{\"total\":100,\"completed\":100,\"failed\":0}"));
        assertThat(batch.path("usage")).isEqualTo(json("""
                {"input_tokens":300,"input_tokens_details":{"cached_tokens":0},"output_tokens":200,
                 "output_tokens_details":{"reasoning_tokens":0},"total_tokens":500}"""));
        assertThat(Stream.of("in_progress_at", "finalizing_at", "completed_at").map(batch::path))
                .allMatch(JsonNode::isInt);
        assertThat(Stream.of("failed_at", "expired_at", "cancelling_at", "cancelled_at", "error_file_id", "errors")
                        .map(batch::path))
                .allMatch(JsonNode::isNull);
        assertThat(ids(trial.output(order))).containsExactlyInAnyOrderElementsOf(ids(100));
        var file = trial.files.file(batch.path("output_file_id").asText());
        assertThat(file.purpose()).isEqualTo("batch_output");
        assertThat(file.filename()).isEqualTo(order.id() + "_output.jsonl");
        assertThat(file.expires()).isEqualTo(trial.clock.instant().plus(Duration.ofDays(30)));
    }

    @Test
    void a_result_is_written_as_openai_writes_it() {
        var order = trial.create(line(1));

        trial.work(order, answering(line -> told(200, "{\"a\":\r\n1}")));

        var result = trial.output(order).getFirst();
        assertThat(result.path("id").asText()).startsWith("batch_req_");
        assertThat(result.at("/response/request_id").asText()).startsWith("req_");
        assertThat(result.at("/response/status_code").asInt()).isEqualTo(200);
        assertThat(result.at("/response/body")).isEqualTo(json("{\"a\":1}"));
        assertThat(result.path("error").isNull()).isTrue();
    }

    @Test
    void a_line_is_asked_for_in_the_tier_of_batches_unless_it_names_one_and_otherwise_as_it_stands() {
        var asked = new ConcurrentHashMap<String, Line>();
        var own = line("own", "x").replace("\"model\":\"m\"", "\"model\":\"m\",\"service_tier\":\"default\"");
        var order = trial.create(line(1) + "\n" + own);

        trial.work(order, answering(line -> {
            asked.put(line.customId(), line);
            return answer(line);
        }));

        assertThat(body(there(asked, "line-1")))
                .isEqualTo("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello 1\"}],"
                        + "\"service_tier\":\"flex\"}");
        assertThat(body(there(asked, "own")))
                .contains("\"service_tier\":\"default\"")
                .doesNotContain("flex");
        var ask = there(asked, "own").ask();
        assertThat(List.of(ask.endpoint(), ask.project(), ask.key())).containsExactly(BatchTrial.CHAT, "acme", "ci");
    }

    @Test
    void settings_of_the_batch_hold_for_each_line() {
        var bodies = new ConcurrentLinkedQueue<JsonNode>();
        var file = trial.files.put(line(1));
        var order = trial.order("{\"input_file_id\":\"" + file + "\",\"endpoint\":\"/v1/chat/completions\","
                + "\"completion_window\":\"24h\",\"override_settings\":{\"model\":\"other\",\"max_tokens\":7}}");

        trial.work(order, answering(line -> {
            bodies.add(json(body(line)));
            return answer(line);
        }));

        assertThat(bodies).singleElement().satisfies(body -> {
            assertThat(body.path("model").asText()).isEqualTo("other");
            assertThat(body.path("max_completion_tokens").asInt()).isEqualTo(7);
        });
    }

    @Test
    void a_setting_of_the_batch_that_is_null_overrides_nothing() {
        var bodies = new ConcurrentLinkedQueue<JsonNode>();
        var file = trial.files.put(line(1).replace("\"model\":\"m\"", "\"model\":\"m\",\"temperature\":1"));
        var order = trial.order("{\"input_file_id\":\"" + file + "\",\"endpoint\":\"/v1/chat/completions\","
                + "\"completion_window\":\"24h\","
                + "\"override_settings\":{\"temperature\":null,\"model\":null,\"top_p\":0.5}}");

        trial.work(order, answering(line -> {
            bodies.add(json(body(line)));
            return answer(line);
        }));

        assertThat(bodies).singleElement().satisfies(body -> {
            assertThat(body.path("model").asText()).isEqualTo("m");
            assertThat(body.path("temperature").asInt()).isEqualTo(1);
            assertThat(body.path("top_p").asDouble()).isEqualTo(0.5);
        });
    }

    private static String body(Line line) {
        return new String(line.ask().body(), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 422})
    void what_the_line_is_to_blame_for_goes_to_the_errors_at_once(int status) {
        var order = trial.create(lines(3));
        var tries = new AtomicInteger();

        trial.work(order, answering(line -> {
            tries.incrementAndGet();
            return line.number() == 2 ? told(status, "{\"error\":{\"code\":\"x\"}}") : answer(line);
        }));

        assertThat(tries).hasValue(3);
        assertThat(trial.batch(order).path("status").asText()).isEqualTo("completed");
        assertThat(trial.batch(order).path("request_counts"))
                .isEqualTo(json("{\"total\":3,\"completed\":2,\"failed\":1}"));
        assertThat(ids(trial.output(order))).containsExactlyInAnyOrder("line-1", "line-3");
        assertThat(trial.errors(order)).singleElement().satisfies(error -> {
            assertThat(error.path("custom_id").asText()).isEqualTo("line-2");
            assertThat(error.at("/response/status_code").asInt()).isEqualTo(status);
            assertThat(error.at("/response/body/error/code").asText()).isEqualTo("x");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 429, 500, 502, 503, 504})
    void what_may_be_better_later_is_tried_again_and_nothing_is_lost_while_nothing_succeeds(int status) {
        var order = trial.create(lines(20));
        var calls = new AtomicInteger();

        trial.work(order, answering(line -> calls.incrementAndGet() <= 60 ? told(status, "{}") : answer(line)));

        assertThat(trial.batch(order).path("status").asText()).isEqualTo("completed");
        assertThat(ids(trial.output(order))).containsExactlyInAnyOrderElementsOf(ids(20));
    }

    @Test
    void a_line_that_never_fits_into_the_limits_goes_to_the_errors_at_once() {
        var order = trial.create(lines(3));
        var tries = new AtomicInteger();
        var tooLarge = "{\"error\":{\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\"}}";

        trial.work(order, answering(line -> {
            if (line.number() != 2) {
                return answer(line);
            }
            // more of the same would be answered, so that the batch ends in any case
            return tries.incrementAndGet() == 1 ? told(429, tooLarge) : answer(line);
        }));

        assertThat(ids(trial.errors(order))).containsExactly("line-2");
        assertThat(trial.errors(order).getFirst().at("/response/status_code").asInt())
                .isEqualTo(429);
        assertThat(ids(trial.output(order))).containsExactlyInAnyOrder("line-1", "line-3");
    }

    @Test
    void a_line_that_is_too_much_for_now_alone_is_tried_again() {
        var order = trial.create(lines(3));
        var tries = new AtomicInteger();
        var tooSoon = told(429, "{\"error\":{\"type\":\"tokens\",\"code\":\"rate_limit_exceeded\"}}");
        tooSoon.headers().set("retry-after", "0");

        trial.work(
                order, answering(line -> line.number() == 2 && tries.incrementAndGet() == 1 ? tooSoon : answer(line)));

        assertThat(ids(trial.output(order))).containsExactlyInAnyOrderElementsOf(ids(3));
    }

    @Test
    void a_line_that_fails_while_others_succeed_goes_to_the_errors_after_a_few_times() {
        var order = trial.create(lines(200));
        var tries = new AtomicInteger();
        var begun = new AtomicInteger();

        trial.work(order, answering(line -> {
            if (line.number() != 1) {
                begun.incrementAndGet();
                // others go on only as far as this line has been tried, so that each of its tries sees some answered
                await().until(() -> line.number() <= 40 * (tries.get() + 1) || tries.get() == 3);
                return answer(line);
            }
            var enough = 40 * tries.incrementAndGet() + 20;
            await().until(() -> begun.get() >= enough);
            return told(500, "{\"error\":{}}");
        }));

        assertThat(ids(trial.errors(order))).containsExactly("line-1");
        assertThat(ids(trial.output(order))).hasSize(199);
        assertThat(tries).hasValue(3);
    }

    @Test
    void a_last_line_that_nobody_answers_does_not_keep_its_batch_from_ending() {
        var order = trial.create(lines(3));

        trial.work(order, answering(line -> line.number() == 2 ? told(500, "{\"error\":{}}") : answer(line)));

        assertThat(ids(trial.errors(order))).containsExactly("line-2");
        assertThat(trial.batch(order).path("status").asText()).isEqualTo("completed");
    }

    @Test
    void no_more_lines_are_under_way_than_may_be() {
        var order = trial.create(lines(300));
        var under = new AtomicInteger();
        var most = new AtomicInteger();

        trial.work(order, answering(line -> {
            most.accumulateAndGet(under.incrementAndGet(), Math::max);
            Thread.yield();
            under.decrementAndGet();
            return answer(line);
        }));

        assertThat(most.get()).isBetween(1, BatchTrial.SLOTS);
    }

    @Test
    void counts_are_seen_while_it_runs() {
        var order = trial.create(lines(20));
        var held = new Held(line -> line.number() > 10);
        var working = trial.worker(held).work(new PlayedAttempt(job(order, order.work())));

        await().untilAsserted(() -> {
            var batch = trial.batch(order);
            assertThat(batch.path("status").asText()).isEqualTo("in_progress");
            assertThat(batch.at("/request_counts/total").asInt()).isEqualTo(20);
            assertThat(batch.at("/request_counts/completed").asInt()).isEqualTo(10);
        });
        held.release();
        assertThat(join(working)).isEqualTo(Outcome.DONE);
        assertThat(trial.batch(order).at("/request_counts/completed").asInt()).isEqualTo(20);
    }

    // ends before its end

    @Test
    void cancelling_keeps_what_is_done_and_says_of_each_other_line_that_it_was_not_run() {
        var order = trial.create(lines(50));
        var held = new Held(line -> line.number() > 10);
        var attempt = new PlayedAttempt(job(order, order.work()));
        var working = trial.worker(held).work(attempt);
        await().until(() -> trial.batch(order).at("/request_counts/completed").asInt() == 10);

        assertThat(join(trial.batches.cancel("acme", order.id())).path("status").asText())
                .isEqualTo("cancelling");
        assertThat(trial.cancelled).containsExactly(order.id());
        attempt.stop(Stop.CANCELLED);

        assertThat(join(working)).isEqualTo(Outcome.DONE);
        assertCutShort(order, "cancelled", "batch_cancelled", 10, 50);
        assertThat(held.left).as("lines that were under way").isNotEmpty();
    }

    @Test
    void a_batch_that_is_cancelled_elsewhere_sees_it_in_its_record() {
        var order = trial.create(lines(50));
        var held = new Held(line -> line.number() > 10);
        var working = trial.worker(held).work(new PlayedAttempt(job(order, order.work())));
        await().until(() -> trial.batch(order).at("/request_counts/completed").asInt() == 10);

        join(trial.batches.cancel("acme", order.id()));

        assertThat(join(working)).isEqualTo(Outcome.DONE);
        assertCutShort(order, "cancelled", "batch_cancelled", 10, 50);
    }

    @Test
    void a_batch_that_is_cancelled_before_it_begins_has_no_files() {
        var order = trial.create(lines(5));
        join(trial.batches.cancel("acme", order.id()));

        assertThat(trial.work(order, answering(BatchTrial::answer))).isEqualTo(Outcome.DONE);

        assertThat(trial.batch(order).path("status").asText()).isEqualTo("cancelled");
        assertThat(trial.batch(order).path("output_file_id").isNull()).isTrue();
    }

    @Test
    void what_was_not_run_within_the_window_expires_and_what_is_done_is_kept() {
        var order = trial.create(lines(50));
        var held = new Held(line -> line.number() > 10);
        var working = trial.worker(held).work(new PlayedAttempt(job(order, order.work())));
        await().until(() -> trial.batch(order).at("/request_counts/completed").asInt() == 10);

        trial.clock.advance(Duration.ofHours(24));

        assertThat(join(working)).isEqualTo(Outcome.DONE);
        assertCutShort(order, "expired", "batch_expired", 10, 50);
    }

    @Test
    void a_batch_that_is_given_up_says_of_each_line_that_was_not_run_that_it_was_not() {
        var order = trial.create(lines(50));
        var attempt = new PlayedAttempt(job(order, order.work()));
        attempt.before = 3;
        trial.work(attempt, answering(BatchTrial::answer));
        var done = Work.read(attempt.work).progress().counts().completed();
        assertThat(done).isBetween(1, 49);

        join(trial.worker(answering(BatchTrial::answer)).giveUp(job(order, attempt.work)));

        assertCutShort(order, "failed", "batch_failed", done, 50);
        assertThat(trial.batch(order).at("/errors/data/0/code").asText()).isEqualTo("server_error");
    }

    private void assertCutShort(Order order, String status, String code, int done, int total) {
        var batch = trial.batch(order);
        assertThat(batch.path("status").asText()).isEqualTo(status);
        assertThat(batch.path(status + "_at").isInt()).isTrue();
        assertThat(trial.output(order)).hasSize(done);
        assertThat(trial.errors(order)).hasSize(total - done).allSatisfy(error -> {
            assertThat(error.path("response").isNull()).isTrue();
            assertThat(error.at("/error/code").asText()).isEqualTo(code);
        });
        var all = new ArrayList<>(ids(trial.output(order)));
        all.addAll(ids(trial.errors(order)));
        assertThat(all).containsExactlyInAnyOrderElementsOf(ids(total));
        assertThat(batch.path("request_counts"))
                .isEqualTo(
                        json("{\"total\":" + total + ",\"completed\":" + done + ",\"failed\":" + (total - done) + "}"));
    }

    // inputs that are none

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            empty_file             | ''
            invalid_json_line      | {"custom_id":
            invalid_json_line      | not json
            invalid_type           | []
            missing_required_parameter | {"method":"POST","url":"/v1/chat/completions","body":{"model":"m"}}
            invalid_value          | {"custom_id":"1","method":"GET","url":"/v1/chat/completions","body":{"model":"m"}}
            invalid_url            | {"custom_id":"1","method":"POST","url":"/v1/responses","body":{"model":"m"}}
            missing_required_parameter | {"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{}}
            unsupported_value      | {"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"m","stream":true}}
            unsupported_value      | {"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"m","deferred":true}}
            """)
    void an_input_that_is_none_fails_the_batch_before_anything_of_it_is_run(String code, String input) {
        var order = trial.create(input);

        assertThat(trial.work(order, (line, told) -> {
                    throw new AssertionError("it was run");
                }))
                .isEqualTo(Outcome.DONE);

        var batch = trial.batch(order);
        assertThat(batch.path("status").asText()).isEqualTo("failed");
        assertThat(batch.path("failed_at").isInt()).isTrue();
        assertThat(batch.at("/errors/object").asText()).isEqualTo("list");
        assertThat(batch.at("/errors/data/0/code").asText()).isEqualTo(code);
        assertThat(batch.at("/errors/data/0/message").asText()).isNotBlank();
        if (!input.isEmpty()) {
            assertThat(batch.at("/errors/data/0/line").asInt()).isEqualTo(1);
        }
    }

    @Test
    void faults_name_their_lines_and_only_the_first_hundred_are_told() {
        var order = trial.create(lines(3) + "\n\n" + line(2) + "\n" + "{}\n".repeat(200));

        trial.work(order, answering(BatchTrial::answer));

        var faults = trial.batch(order).at("/errors/data");
        assertThat(faults).hasSize(100);
        assertThat(faults.path(0).path("code").asText()).isEqualTo("duplicate_custom_id");
        assertThat(faults.path(0).path("line").asInt()).isEqualTo(5);
        assertThat(faults.path(1).path("line").asInt()).isEqualTo(6);
    }

    @Test
    void a_batch_is_for_one_model() {
        var order = trial.create(line(1) + "\n" + line(2).replace("\"m\"", "\"n\""));

        trial.work(order, answering(BatchTrial::answer));

        assertThat(trial.batch(order).at("/errors/data/0/code").asText()).isEqualTo("mismatched_model");
    }

    @Test
    void a_batch_has_so_many_lines_and_no_more() {
        trial.settings = BatchTrial.settings(10);
        var enough = trial.create(lines(10));
        var more = trial.create(lines(11));

        trial.work(enough, answering(BatchTrial::answer));
        trial.work(more, answering(BatchTrial::answer));

        assertThat(trial.batch(enough).path("status").asText()).isEqualTo("completed");
        assertThat(trial.batch(more).at("/errors/data/0/code").asText()).isEqualTo("too_many_lines");
    }

    @Test
    void an_input_that_was_deleted_meanwhile_fails_the_batch() {
        var order = trial.create(lines(3));
        trial.files.delete("acme", trial.batch(order).path("input_file_id").asText());

        trial.work(order, answering(BatchTrial::answer));

        assertThat(trial.batch(order).path("status").asText()).isEqualTo("failed");
        assertThat(trial.batch(order).at("/errors/data/0/code").asText()).isEqualTo("file_not_found");
    }

    // urls

    @Test
    void an_input_is_fetched_from_its_url_once_and_results_are_put_beside_it() {
        trial.urls.put("https://files.example/a.jsonl", lines(30));
        trial.hasTarget = true;
        var order = trial.order(url("https://files.example/a.jsonl"));
        var attempt = new PlayedAttempt(job(order, order.work()));
        attempt.before = 4;
        trial.work(attempt, answering(BatchTrial::answer));
        trial.urls.clear();

        trial.work(new PlayedAttempt(job(order, attempt.work)), answering(BatchTrial::answer));

        var batch = trial.batch(order);
        assertThat(batch.path("output_file_id").asText()).isEqualTo("https://files.example/a_output.jsonl");
        assertThat(there(trial.targets, "https://files.example/a_output.jsonl").lines())
                .hasSize(30);
        assertThat(trial.files.blobs).as("nothing is left here").isEmpty();
    }

    @Test
    void results_stay_here_where_there_is_no_place_beside_the_input() {
        trial.urls.put("https://files.example/a.jsonl", lines(3));
        var order = trial.order(url("https://files.example/a.jsonl"));

        trial.work(order, answering(BatchTrial::answer));

        assertThat(trial.output(order)).hasSize(3);
        assertThat(trial.files.blobs).as("the output, and not the input").hasSize(1);
    }

    @Test
    void results_stay_here_where_their_place_does_not_take_them() {
        trial.urls.put("https://files.example/a.jsonl", lines(3));
        trial.hasTarget = true;
        trial.targetFails = new IOException("403");
        var order = trial.order(url("https://files.example/a.jsonl"));

        assertThat(trial.work(order, answering(BatchTrial::answer))).isEqualTo(Outcome.DONE);

        assertThat(trial.batch(order).path("status").asText()).isEqualTo("completed");
        assertThat(ids(trial.output(order))).containsExactlyInAnyOrderElementsOf(ids(3));
    }

    @Test
    void results_wait_for_a_store_that_cannot_be_used_while_they_are_put_in_their_place() {
        trial.urls.put("https://files.example/a.jsonl", lines(3));
        trial.hasTarget = true;
        trial.targetFails = new StoreException("not now");
        var order = trial.order(url("https://files.example/a.jsonl"));
        var attempt = new PlayedAttempt(job(order, order.work()));

        assertThat(trial.work(attempt, answering(BatchTrial::answer))).isInstanceOf(Outcome.Again.class);
        trial.targetFails = null;
        trial.work(new PlayedAttempt(job(order, attempt.work)), answering(BatchTrial::answer));

        assertThat(there(trial.targets, "https://files.example/a_output.jsonl").lines())
                .hasSize(3);
    }

    @Test
    void results_that_were_put_in_their_place_can_be_put_there_again_until_the_batch_has_ended() {
        trial.urls.put("https://files.example/a.jsonl", lines(3));
        trial.hasTarget = true;
        trial.failuresAfterPut = 1;
        var order = trial.order(url("https://files.example/a.jsonl"));
        var attempt = new PlayedAttempt(job(order, order.work()));

        assertThat(trial.work(attempt, answering(BatchTrial::answer))).isInstanceOf(Outcome.Again.class);
        assertThat(trial.work(new PlayedAttempt(job(order, attempt.work)), answering(BatchTrial::answer)))
                .isEqualTo(Outcome.DONE);

        assertThat(trial.batch(order).path("output_file_id").asText())
                .isEqualTo("https://files.example/a_output.jsonl");
        assertThat(there(trial.targets, "https://files.example/a_output.jsonl").lines())
                .hasSize(3);
        assertThat(trial.files.blobs).as("nothing is left here").isEmpty();
    }

    @Test
    void what_cannot_be_fetched_now_is_tried_again_after_a_pause_and_not_for_ever() {
        trial.urls.put("https://files.example/in.jsonl", lines(3));
        var order = trial.order("{\"input_file_id\":\"https://files.example/in.jsonl\",\"endpoint\":\""
                + BatchTrial.CHAT + "\",\"completion_window\":\"24h\"}");
        trial.unsteady = 4;
        var work = order.work();
        for (var failure = 1; failure <= 4; failure++) {
            var attempt = new PlayedAttempt(job(order, work));
            assertThat(trial.work(attempt, answering(BatchTrial::answer)))
                    .isInstanceOfSatisfying(Outcome.Again.class, again -> {
                        assertThat(again.counted()).isFalse();
                        assertThat(again.pause()).isPositive();
                    });
            assertThat(trial.batch(order).path("status").asText()).isEqualTo("validating");
            work = attempt.work;
        }
        var last = new PlayedAttempt(job(order, work));
        assertThat(trial.work(last, answering(BatchTrial::answer))).isEqualTo(Outcome.DONE);
        assertThat(trial.output(order)).hasSize(3);

        var never = trial.order("{\"input_file_id\":\"https://files.example/in.jsonl\",\"endpoint\":\""
                + BatchTrial.CHAT + "\",\"completion_window\":\"24h\"}");
        trial.unsteady = 5;
        work = never.work();
        for (var failure = 1; failure <= 5; failure++) {
            var attempt = new PlayedAttempt(job(never, work));
            trial.work(attempt, answering(BatchTrial::answer));
            work = attempt.work;
        }
        assertThat(trial.unsteady).isZero();
        assertThat(trial.batch(never).path("status").asText()).isEqualTo("failed");
        assertThat(trial.batch(never).at("/errors/data/0/message").asText()).isEqualTo("it is busy");
    }

    @Test
    void a_quota_that_is_used_up_is_an_answer_and_not_waited_out() {
        var order = trial.create(lines(2));
        var quota = "{\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}";
        trial.work(order, answering(line -> told(429, quota)));
        assertThat(trial.errors(order)).hasSize(2);
        assertThat(trial.batch(order).path("status").asText()).isEqualTo("completed");
    }

    @Test
    void a_long_batch_leaves_its_place_to_others_and_goes_on_where_it_was() {
        var order = trial.create(lines(3_000));
        var attempt = new PlayedAttempt(job(order, order.work()));
        attempt.stays = false;
        var runs = new AtomicInteger();
        LineRoute slow = (line, told) -> {
            runs.incrementAndGet();
            return BatchTrial.after(Duration.ofMillis(5), () -> told.accept(BatchTrial.answer(line)));
        };
        assertThat(trial.work(attempt, slow)).isEqualTo(new Outcome.Again(Duration.ZERO, false));
        var begun = runs.get();
        assertThat(begun).isPositive().isLessThan(3_000);
        assertThat(trial.batch(order).path("status").asText()).isEqualTo("in_progress");

        trial.work(new PlayedAttempt(job(order, attempt.work)), answering(line -> {
            runs.incrementAndGet();
            return BatchTrial.answer(line);
        }));
        assertThat(runs.get()).as("no line was run twice").isEqualTo(3_000);
        assertThat(trial.output(order)).hasSize(3_000);
    }

    @Test
    void a_batch_that_gets_no_answers_leaves_its_place_for_a_while_where_anybody_waits() {
        var order = trial.create(lines(20));
        var attempt = new PlayedAttempt(job(order, order.work()));
        attempt.waitedFor = true;
        assertThat(trial.work(attempt, answering(line -> told(429, "{}"))))
                .isInstanceOfSatisfying(Outcome.Again.class, again -> {
                    assertThat(again.counted()).isFalse();
                    assertThat(again.pause()).isPositive();
                });
        trial.work(new PlayedAttempt(job(order, attempt.work)), answering(BatchTrial::answer));
        assertThat(trial.output(order)).hasSize(20);
    }

    @Test
    void the_last_lines_that_fail_come_to_their_end_where_they_are() {
        var order = trial.create(lines(5));
        var attempt = new PlayedAttempt(job(order, order.work()));
        attempt.waitedFor = true;
        assertThat(trial.work(attempt, answering(line -> told(502, "{}")))).isEqualTo(Outcome.DONE);
        assertThat(trial.errors(order)).hasSize(5);
    }

    @Test
    void what_cannot_be_fetched_fails_the_batch() {
        var order = trial.order(url("https://files.example/gone.jsonl"));

        trial.work(order, answering(BatchTrial::answer));

        var batch = trial.batch(order);
        assertThat(batch.path("status").asText()).isEqualTo("failed");
        assertThat(batch.at("/errors/data/0/code").asText()).isEqualTo("url_unreachable");
        assertThat(batch.at("/errors/data/0/param").asText()).isEqualTo("input_file_id");
    }

    private static String url(String url) {
        return "{\"input_file_id\":\"" + url
                + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}";
    }

    // gateways that come and go

    @Test
    void a_gateway_that_drains_lets_lines_end_begins_none_and_leaves_the_rest() {
        var order = trial.create(lines(100));
        var held = new Held(line -> true);
        var attempt = new PlayedAttempt(job(order, order.work()));
        var working = trial.worker(held).work(attempt);
        await().until(() -> held.waiting() == BatchTrial.SLOTS);

        attempt.stop(Stop.DRAINING);
        held.release();

        assertThat(join(working)).isEqualTo(new Outcome.Again(Duration.ZERO, false));
        assertThat(Work.read(attempt.work).progress().counts().completed()).isEqualTo(BatchTrial.SLOTS);

        var again = new ConcurrentLinkedQueue<String>();
        trial.work(new PlayedAttempt(job(order, attempt.work)), answering(line -> {
            again.add(line.customId());
            return answer(line);
        }));
        assertThat(again).hasSize(100 - BatchTrial.SLOTS);
        assertThat(ids(trial.output(order))).containsExactlyInAnyOrderElementsOf(ids(100));
    }

    @Test
    void a_gateway_that_drains_wakes_up_for_no_line_that_it_does_not_begin() throws Exception {
        var order = trial.create(lines(2));
        var attempt = new PlayedAttempt(job(order, order.work()));
        var begun = new CountDownLatch(2);
        var drains = new CountDownLatch(1);
        var released = new CountDownLatch(1);
        var working = trial.worker((line, told) -> {
                    Thread.startVirtualThread(() -> {
                        begun.countDown();
                        reached(line.number() == 1 ? released : drains);
                        told.accept(line.number() == 1 ? answer(line) : told(503, "{}"));
                    });
                    return () -> {};
                })
                .work(attempt);
        begun.await();
        attempt.stop(Stop.DRAINING);
        drains.countDown();

        // it shows its counts at its pace, and each time is one that it has woken up for
        var looks = trial.looks.get();
        var shown = trial.shelf.reads.get();
        await().until(() -> trial.shelf.reads.get() >= shown + 40);
        assertThat(trial.looks.get() - looks).isLessThan(10 * (trial.shelf.reads.get() - shown));
        released.countDown();

        assertThat(join(working)).isEqualTo(new Outcome.Again(Duration.ZERO, false));
        assertThat(Work.read(attempt.work).progress().counts().completed()).isEqualTo(1);
    }

    private static void reached(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_store_that_fails_costs_no_line() {
        var order = trial.create(lines(100));
        var attempt = new PlayedAttempt(job(order, order.work()));
        trial.files.failures.set(1);

        assertThat(trial.work(attempt, answering(BatchTrial::answer))).isInstanceOf(Outcome.Again.class);
        assertThat(trial.work(new PlayedAttempt(job(order, attempt.work)), answering(BatchTrial::answer)))
                .isEqualTo(Outcome.DONE);

        assertThat(ids(trial.output(order))).containsExactlyInAnyOrderElementsOf(ids(100));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void each_line_has_one_result_and_few_are_run_again_however_often_gateways_die(long seed) {
        var random = new SplittableRandom(seed);
        var order = trial.create(lines(400));
        var runs = new AtomicInteger();
        LineRoute lines = answering(line -> {
            runs.incrementAndGet();
            return switch (line.number() % 10) {
                case 3 -> told(400, "{\"error\":{}}");
                case 7 -> random(line) ? told(429, "{}") : answer(line);
                default -> answer(line);
            };
        });
        var work = order.work();
        var deaths = 0;
        Outcome outcome;
        do {
            var attempt = new PlayedAttempt(job(order, work));
            attempt.before = deaths < 20 ? random.nextInt(1, 8) : Integer.MAX_VALUE;
            outcome = trial.work(attempt, lines);
            work = attempt.work;
            deaths += outcome.equals(Outcome.DONE) ? 0 : 1;
        } while (!outcome.equals(Outcome.DONE));

        var all = new ArrayList<>(ids(trial.output(order)));
        all.addAll(ids(trial.errors(order)));
        assertThat(all).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(ids(400));
        assertThat(new HashSet<>(all)).hasSize(400);
        assertThat(trial.errors(order)).hasSize(40);
        assertThat(trial.batch(order).path("status").asText()).isEqualTo("completed");
        assertThat(runs.get() - retries.get())
                .as("seed %d, %d deaths", seed, deaths)
                .isLessThanOrEqualTo(400 + deaths * BatchTrial.SLOTS);
    }

    private final AtomicInteger retries = new AtomicInteger();
    private final Map<String, Boolean> refused = new ConcurrentHashMap<>();

    /** True the first time. */
    private boolean random(Line line) {
        if (refused.putIfAbsent(line.customId(), true) == null) {
            retries.incrementAndGet();
            return true;
        }
        return false;
    }

    @Test
    void an_attempt_that_has_lost_its_job_changes_nothing_any_more() {
        var order = trial.create(lines(30));
        var stale = new PlayedAttempt(job(order, order.work()));
        stale.before = 2;
        trial.work(stale, answering(BatchTrial::answer));
        var work = stale.work;
        trial.work(new PlayedAttempt(job(order, work)), answering(BatchTrial::answer));
        var ended = trial.batch(order);

        var late = new PlayedAttempt(job(order, work));
        trial.work(late, answering(line -> told(400, "{}")));

        assertThat(trial.batch(order)).isEqualTo(ended);
        assertThat(trial.output(order)).hasSize(30);
    }

    /** Keeps some lines waiting until they are released or left. */
    private static final class Held implements LineRoute {
        private final Predicate<Line> held;
        private final CountDownLatch released = new CountDownLatch(1);
        private final AtomicInteger waiting = new AtomicInteger();
        final ConcurrentLinkedQueue<String> left = new ConcurrentLinkedQueue<>();

        Held(Predicate<Line> held) {
            this.held = held;
        }

        @Override
        public Running begin(Line line, Consumer<Told> told) {
            var over = new AtomicBoolean();
            if (held.test(line)) {
                waiting.incrementAndGet();
                Thread.startVirtualThread(() -> {
                    reached(released);
                    if (over.compareAndSet(false, true)) {
                        told.accept(BatchTrial.answer(line));
                    }
                });
            } else {
                Thread.startVirtualThread(() -> told.accept(BatchTrial.answer(line)));
            }
            return () -> {
                if (over.compareAndSet(false, true)) {
                    left.add(line.customId());
                    told.accept(BatchTrial.told(0, ""));
                }
            };
        }

        int waiting() {
            return waiting.get();
        }

        void release() {
            released.countDown();
        }
    }

    private static <T> T there(Map<String, T> all, String key) {
        return Objects.requireNonNull(all.get(key), key);
    }
}
