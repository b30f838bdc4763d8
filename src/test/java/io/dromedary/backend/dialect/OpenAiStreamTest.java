package io.dromedary.backend.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.dromedary.api.Usage;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.ChatAnswer;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiStreamTest {
    private static final String CHUNK =
            "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":17,\"model\":\"chat-small\",\"choices\":%s}";
    private static final String STOP = CHUNK.formatted("[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]");
    private static final String DONE = "data: [DONE]\n\n";

    private static String delta(String delta) {
        return CHUNK.formatted("[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]");
    }

    private static String framed(String json) {
        return "data: " + json + "\n\n";
    }

    private final ChatAnswer answer = Answers.answer(Answers.STREAM);
    private final ChatAnswer answerWithUsage = Answers.answer(Answers.STREAM_WITH_USAGE);

    private String event(String data) {
        return Answers.event(answer, data);
    }

    @Test
    void only_the_model_differs_and_every_other_byte_is_the_providers() {
        var chunk =
                " { \"x\":[1.0,1e3, \"\\u00e9\\/}\"],\"choices\":[ {\"delta\":{\"content\":\"a \\\"model\\\" ż]}\"},"
                        + "\"index\":0 , \"logprobs\":null} ] ,\"id\":\"c1\",\"model\" : \"up-1\",\"obfuscation\":\"aB3\" }";

        assertThat(event(chunk)).isEqualTo(framed(chunk.replace("\"up-1\"", "\"chat-small\"")));
    }

    @Test
    void the_stream_ends_once_with_done() {
        assertThat(event(STOP)).isEqualTo(framed(STOP));
        assertThat(answer.done()).isFalse();
        assertThat(event(" [DONE]")).isEmpty();
        assertThat(answer.done()).isTrue();
        assertThat(event(delta("{\"content\":\"late\"}"))).isEmpty();
        assertThat(Answers.end(answer)).isEqualTo(DONE);
        assertThat(Answers.end(answer)).isEmpty();
        assertThat(answer.failure()).isNull();
        assertThat(answer.finishReason()).isEqualTo("stop");
    }

    @Test
    void a_stream_without_done_is_finished_when_its_finish_reason_came() {
        event(STOP);

        assertThat(Answers.end(answer)).isEqualTo(DONE);
    }

    @Test
    void a_stream_without_a_finish_reason_was_cut() {
        event(delta("{\"content\":\"half\"}"));
        event("[DONE]");

        assertThat(Answers.end(answer)).isEmpty();
        assertThat(answer.failure()).isEqualTo(new AttemptFailure.Broken("the stream was cut"));
        assertThat(Answers.end(Answers.answer(Answers.STREAM))).isEmpty();
    }

    @Test
    void every_choice_that_began_has_to_end() {
        event(CHUNK.formatted("[{\"index\":1,\"delta\":{\"content\":\"b\"}}]"));
        event(STOP);
        var twice = Answers.answer(Answers.STREAM);
        Answers.event(
                twice,
                CHUNK.formatted("[{\"index\":1,\"delta\":{\"content\":\"b\"}},"
                        + "{\"finish_reason\":\"length\",\"delta\":{},\"index\":0}]"));
        Answers.event(twice, STOP.replace("\"index\":0", "\"index\":1"));

        assertThat(Answers.end(answer)).isEmpty();
        assertThat(answer.failure()).isInstanceOf(AttemptFailure.Broken.class);
        assertThat(Answers.end(twice)).isEqualTo(DONE);
        assertThat(twice.finishReason()).isEqualTo("length");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"content\":\"a\"}",
                "{\"refusal\":\"no\"}",
                "{\"reasoning_content\":\"hm\"}",
                "{\"reasoning\":\"hm\"}",
                "{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}",
                "{\"function_call\":{\"name\":\"f\"}}",
                "{\"audio\":{\"id\":\"a\"}}"
            })
    void an_answer_begins_with_what_a_caller_sees(String delta) {
        event(delta("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null,\"tool_calls\":null}"));
        assertThat(answer.begun()).isFalse();

        event(delta(delta));

        assertThat(answer.begun()).isTrue();
    }

    @Test
    void a_finish_reason_alone_is_a_beginning_and_the_first_role_is_written_all_the_same() {
        var role = delta("{\"role\":\"assistant\"}");

        assertThat(event(role)).isEqualTo(framed(role));
        assertThat(answer.begun()).isFalse();
        event(STOP);
        assertThat(answer.begun()).isTrue();
    }

    @Test
    void usage_is_hidden_from_callers_who_did_not_ask() {
        var chunk = delta("{\"content\":\"a\"}");
        var withNull = chunk.replace("\"choices\"", "\"usage\":null,\"choices\"");
        var last = CHUNK.formatted("[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}");

        assertThat(event(withNull)).isEqualTo(framed(chunk));
        assertThat(event(chunk.replace("{\"id\"", "{ \"usage\" : null , \"id\"")))
                .isEqualTo(framed(chunk));
        assertThat(event(STOP.replace("}]}", "}],\"usage\": null}"))).isEqualTo(framed(STOP));
        assertThat(event(last)).isEmpty();
        assertThat(answer.usage()).isEqualTo(new Usage(3, 2));
        assertThat(Answers.end(answer)).isEqualTo(DONE);
    }

    @Test
    void usage_beside_the_finish_reason_is_read_and_hidden() {
        var written = event(STOP.replace("}]}", "}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}"));

        assertThat(written).isEqualTo(framed(STOP));
        assertThat(answer.usage()).isEqualTo(new Usage(3, 2));
    }

    @Test
    void who_asked_gets_the_usage_chunk_once_and_last() {
        var last = CHUNK.formatted("[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5.0}");
        var withNull = STOP.replace("}]}", "}],\"usage\":null}");

        assertThat(Answers.event(answerWithUsage, withNull)).isEqualTo(framed(withNull));
        assertThat(Answers.event(answerWithUsage, last)).isEmpty();
        assertThat(Answers.event(answerWithUsage, last)).isEmpty();
        assertThat(Answers.end(answerWithUsage)).isEqualTo(framed(last) + DONE);
        assertThat(answerWithUsage.usage()).isEqualTo(new Usage(3, 2));
    }

    @Test
    void usage_on_the_finish_chunk_becomes_a_chunk_of_its_own_for_who_asked() {
        var usage = "{\"prompt_tokens\":3,\"completion_tokens\":2,\"x\":1.0}";

        assertThat(Answers.event(answerWithUsage, STOP.replace("}]}", "}],\"usage\":" + usage + "}")))
                .isEqualTo(framed(STOP.replace("}]}", "}],\"usage\":null}")));
        assertThat(Answers.end(answerWithUsage)).isEqualTo(framed(CHUNK.formatted("[],\"usage\":" + usage)) + DONE);
    }

    @Test
    void usage_that_nobody_reports_is_counted_and_told_as_an_estimate() {
        Answers.event(answerWithUsage, CHUNK.formatted("[{\"index\":0,\"delta\":{\"content\":\"one\"}}]"));
        Answers.event(answerWithUsage, STOP);

        var prompt = Objects.requireNonNull(Answers.STREAM_WITH_USAGE.rawValue("messages"))
                        .length()
                / 4;
        assertThat(Answers.end(answerWithUsage))
                .isEqualTo(framed(CHUNK.formatted("[],\"usage\":{\"prompt_tokens\":" + prompt
                                + ",\"completion_tokens\":1,\"total_tokens\":" + (prompt + 1) + ",\"estimated\":true}"))
                        + DONE);
        assertThat(answerWithUsage.usage()).isEqualTo(new Usage(prompt, 1));
    }

    @Test
    void an_estimate_is_not_told_to_who_did_not_ask() {
        var answer = Answers.answer(Answers.STREAM);
        Answers.event(answer, STOP);

        assertThat(Answers.end(answer)).isEqualTo(DONE);
        assertThat(answer.usage()).isNotNull();
    }

    @Test
    void reasoning_that_was_left_out_of_the_usage_is_added() {
        var mending = Answers.answer(Answers.STREAM_WITH_USAGE, Map.of("usageExcludesReasoning", true));
        var last = CHUNK.formatted("[],\"usage\":{\"prompt_tokens\":32,\"completion_tokens\":%d,\"total_tokens\":135}");
        Answers.event(mending, STOP);
        Answers.event(mending, last.formatted(9));

        assertThat(Answers.end(mending))
                .isEqualTo(framed(last.formatted(103)
                                .replace("135}", "135,\"completion_tokens_details\":{\"reasoning_tokens\":94}}"))
                        + DONE);
        assertThat(mending.usage()).isEqualTo(new Usage(32, 103, 0, 94));
    }

    @Test
    void groqs_usage_is_read_where_groq_puts_it() {
        var groq = "\"x_groq\":{\"id\":\"r\",\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":6}}";
        var stop = STOP.replace("}]}", "}]," + groq + "}");

        assertThat(Answers.event(answerWithUsage, stop)).isEqualTo(framed(stop));
        assertThat(answerWithUsage.usage()).isEqualTo(new Usage(4, 6));
        assertThat(Answers.end(answerWithUsage))
                .isEqualTo(
                        framed(CHUNK.formatted("[],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":6}")) + DONE);
    }

    @Test
    void groqs_error_is_an_error() {
        assertThat(event(CHUNK.formatted("[],\"x_groq\":{\"error\":\"over capacity\"}")))
                .isEmpty();

        assertThat(answer.failure()).isNotNull();
    }

    @Test
    void an_event_that_is_not_json_is_dropped_and_counted() {
        assertThat(event("{\"id\":")).isEmpty();
        assertThat(event("oops")).isEmpty();
        assertThat(event("[]")).isEmpty();
        assertThat(event("{}")).isEmpty();
        assertThat(event("{\"type\":\"ping\"}")).isEmpty();
        event(STOP);

        assertThat(answer.dropped()).isEqualTo(5);
        assertThat(Answers.end(answer)).isEqualTo(DONE);
    }

    @Test
    void stray_characters_behind_a_chunk_are_left_out() {
        assertThat(event(STOP + " \"")).isEqualTo(framed(STOP));
        assertThat(event(STOP + STOP)).isEmpty();
        assertThat(answer.dropped()).isEqualTo(1);
    }

    @Test
    void usage_in_a_chunk_without_choices_is_read_all_the_same() {
        assertThat(event("{\"id\":\"c\",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}"))
                .isEmpty();
        assertThat(answer.usage()).isEqualTo(new Usage(3, 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"param\":null,\"code\":500}}",
                "{\"error\":\"boom\"}",
                "{\"object\":\"error\",\"message\":\"boom\",\"type\":\"InternalServerError\",\"code\":500}",
                "{\"message\":\"boom\",\"type\":\"internal\"}",
                "{\"detail\":\"boom\"}",
                "[{\"error\":{\"message\":\"boom\",\"code\":500}}]",
                "{\"id\":\"c\",\"error\":{\"message\":\"boom\",\"code\":500},"
                        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}"
            })
    void an_error_ends_the_answer_and_nothing_more_is_written(String error) {
        event(delta("{\"content\":\"half\"}"));

        assertThat(event(error)).isEmpty();

        assertThat(answer.failure()).isEqualTo(new AttemptFailure.Faulty(500, "500: boom"));
        assertThat(answer.done()).isTrue();
        assertThat(event(STOP)).isEmpty();
        assertThat(event("[DONE]")).isEmpty();
        assertThat(Answers.end(answer)).isEmpty();
        assertThat(answer.dropped()).isZero();
    }

    @Test
    void a_finish_reason_that_is_an_error_is_a_failure() {
        assertThat(event(STOP.replace("\"stop\"", "\"abort\""))).isEmpty();

        assertThat(answer.failure()).isInstanceOf(AttemptFailure.Faulty.class);
        assertThat(answer.finishReason()).isNull();
    }

    @Test
    void finish_reasons_are_openais() {
        assertThat(event(STOP.replace("\"stop\"", "\"eos\""))).isEqualTo(framed(STOP));
        assertThat(event(STOP.replace("\"stop\"", "\"model_length\"")))
                .isEqualTo(framed(STOP.replace("\"stop\"", "\"length\"")));
    }

    @Test
    void an_empty_finish_reason_is_none() {
        var open = delta("{\"content\":\"a\"}");

        assertThat(event(open.replace("\"finish_reason\":null", "\"finish_reason\":\"\"")))
                .isEqualTo(framed(open));
        assertThat(Answers.end(answer)).isEmpty();
    }

    @Test
    void reasoning_goes_out_under_both_names() {
        assertThat(event(delta("{\"reasoning\":\"h\\u00e9\"}")))
                .isEqualTo(framed(delta("{\"reasoning\":\"h\\u00e9\",\"reasoning_content\":\"h\\u00e9\"}")));
    }

    @Test
    void tool_calls_lose_their_nulls_and_nothing_else() {
        var first = delta("{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}");

        assertThat(event(first)).isEqualTo(framed(first));
        assertThat(event(delta("{\"tool_calls\":[{\"id\":null,\"index\":0,\"type\":null,"
                        + "\"function\":{\"name\":null,\"arguments\":\"{\\\"a\"}}]}")))
                .isEqualTo(framed(delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\"}}]}")));
        assertThat(event(delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":{\"a\":1.0}}}]}")))
                .isEqualTo(framed(
                        delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":1.0}\"}}]}")));
    }

    @Test
    void tool_calls_without_an_index_get_theirs() {
        assertThat(event(delta("{\"tool_calls\":[{\"id\":\"a\",\"function\":{}},{\"id\":\"b\",\"function\":{}}]}")))
                .contains("[{\"index\":0,\"id\":\"a\"", ",{\"index\":1,\"id\":\"b\"");
        assertThat(event(delta("{\"tool_calls\":[{\"function\":{\"arguments\":\"x\"}}]}")))
                .contains("[{\"index\":1,\"function\"");
        assertThat(event(delta("{\"tool_calls\":[{\"index\":null,\"id\":\"c\"}]}")))
                .contains("[{\"index\":2,\"id\":\"c\"}");
    }

    @Test
    void chunks_that_break_clients_are_completed() {
        assertThat(event("{\"id\":\"\",\"model\":\"\",\"choices\":null,\"error\":null}"))
                .isEqualTo(framed("{\"id\":\"chatcmpl-minted\",\"model\":\"chat-small\",\"choices\":[]}"));
        assertThat(event(CHUNK.formatted("[{\"index\":0,\"content_filter_results\":{}}]")))
                .isEqualTo(framed(CHUNK.replace("c1", "chatcmpl-minted")
                        .formatted("[{\"index\":0,\"content_filter_results\":{},\"delta\":{}}]")));
        assertThat(event("{\"choices\":[{\"delta\":null}]}"))
                .isEqualTo(
                        framed("{\"model\":\"chat-small\",\"id\":\"chatcmpl-minted\",\"choices\":[{\"delta\":{}}]}"));
    }

    @Test
    void data_of_several_lines_goes_out_on_one() {
        var written = Answers.stream(
                answer,
                "data: {\"id\":\"c1\",\ndata: \"model\":\"m\",\r\ndata: \"choices\":[]}\n\ndata: " + STOP + "\n\n");

        assertThat(written)
                .isEqualTo(framed("{\"id\":\"c1\", \"model\":\"chat-small\", \"choices\":[]}") + framed(STOP) + DONE);
    }

    @Test
    void a_choice_with_an_absurd_index_is_dropped() {
        assertThat(event(CHUNK.formatted("[{\"index\":2000000000,\"delta\":{}}]")))
                .isEmpty();
        assertThat(event(CHUNK.formatted("[{\"index\":-1,\"delta\":{}}]"))).isEmpty();
        assertThat(answer.dropped()).isEqualTo(2);
    }

    @Test
    void two_choices_are_told_apart() {
        var two = Answers.answer(ChatRequests.of("{\"model\":\"m\",\"n\":2,\"stream\":true}"));
        Answers.event(two, CHUNK.formatted("[{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}]"));
        Answers.event(two, STOP);
        Answers.event(two, "[DONE]");

        assertThat(Answers.end(two)).isEqualTo(DONE);
        assertThat(two.finishReason()).isEqualTo("stop");
    }

    @Test
    void only_the_very_word_ends_a_stream() {
        for (var data : new String[] {"[DONE] x", "[DON", "[DONE", "[NONE]"}) {
            var other = Answers.answer(Answers.STREAM);
            Answers.event(other, data);
            assertThat(other.done()).as(data).isFalse();
            assertThat(other.dropped()).as(data).isEqualTo(1);
        }
        var done = Answers.answer(Answers.STREAM);
        Answers.event(done, " [DONE] ");
        assertThat(done.done()).isTrue();
    }

    @Test
    void what_says_something_is_counted() {
        var answer = Answers.answer(Answers.STREAM);
        for (var delta : new String[] {
            "{\"role\":\"assistant\",\"content\":\"\"}",
            "{\"content\":\"a\"}",
            "{\"reasoning\":\"b\"}",
            "{\"refusal\":\"c\"}",
            "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"d\"}}]}",
            "{}"
        }) {
            Answers.event(answer, "{\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}");
        }
        assertThat(answer.pieces()).isEqualTo(4);
    }

    @Test
    void whatever_comes_is_dropped_or_written_as_whole_events() {
        var seed = 5L;
        var random = new SplittableRandom(seed);
        var written = 0;
        for (var i = 0; i < 5_000; i++) {
            var request = random.nextBoolean() ? Answers.STREAM : Answers.STREAM_WITH_USAGE;
            var fuzzed = Answers.answer(request);
            var chunk = "{\"id\":" + RandomJson.value(random, 1) + ",\"usage\":" + RandomJson.value(random, 2)
                    + ",\"error\":null," + RandomJson.string(random) + ":" + RandomJson.value(random, 2)
                    + ",\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":" + RandomJson.value(random, 1)
                    + ",\"tool_calls\":[" + RandomJson.object(random, 2) + ",{\"id\":" + RandomJson.value(random, 1)
                    + ",\"function\":{\"name\":null,\"arguments\":" + RandomJson.value(random, 2) + "}}]}}]}";
            var data = random.nextInt(3) == 0 ? RandomJson.damaged(random, Answers.bytes(chunk)) : Answers.bytes(chunk);
            var out = new ByteArrayBuilder();
            fuzzed.event(data, 0, data.length, out);
            var text = Answers.text(out.toByteArray());
            if (text.isEmpty()) {
                assertThat(fuzzed.dropped() > 0 || fuzzed.failure() != null)
                        .as("seed %d, chunk %d: %s", seed, i, chunk)
                        .isTrue();
            } else {
                written++;
                assertThat(text).startsWith("data: ").endsWith("\n\n");
                assertThat(text.indexOf('\n')).isEqualTo(text.length() - 2);
                assertThat(RandomJson.isJson(Answers.bytes(text.substring(6))))
                        .as("seed %d, chunk %d: %s", seed, i, text)
                        .isTrue();
            }
        }
        assertThat(written).isGreaterThan(2_000);
    }
}
