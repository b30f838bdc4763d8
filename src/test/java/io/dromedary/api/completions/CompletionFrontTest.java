package io.dromedary.api.completions;

import static io.dromedary.testing.JsonCheck.assertThatJson;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dromedary.api.Reply;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletionFrontTest {
    private static CompletionFront front(String members) {
        return CompletionFront.read(
                ("{\"model\":\"m\"," + members.replace('\'', '"') + "}").getBytes(UTF_8), prefix -> prefix + "1");
    }

    private static String text(byte[] json) {
        return new String(json, UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            prompt         | 'n':1
            prompt         | 'prompt':''
            prompt         | 'prompt':[]
            prompt         | 'prompt':[1,2]
            prompt         | 'prompt':[[1,2]]
            prompt         | 'prompt':['a',1]
            prompt[1]      | 'prompt':['a','']
            prompt         | 'prompt':['a','b','c'],'n':64
            deferred       | 'prompt':'a','deferred':true
            suffix         | 'prompt':'a','suffix':'b'
            best_of        | 'prompt':'a','best_of':2
            best_of        | 'prompt':'a','n':3,'best_of':2
            echo           | 'prompt':'a','echo':true,'logprobs':1
            logprobs       | 'prompt':'a','logprobs':6
            max_tokens     | 'prompt':'a','max_tokens':0
            stream_options | 'prompt':'a','stream_options':{}
            messages       | 'prompt':'a','messages':[]
            prompt         | 'prompt':7
            prompt[0]      | 'prompt':['']
            stop           | 'prompt':'a','stop':7
            user           | 'prompt':'a','user':7
            temperature    | 'prompt':'a','temperature':2.5
            best_of        | 'prompt':'a','n':2,'best_of':1
            """)
    void what_a_chat_model_cannot_do_is_named(String param, String members) {
        var refused = catchThrowableOfType(RefusedException.class, () -> front(members));

        assertThat(refused).as("a refusal").isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(400);
        assertThat(refused.refusal().param()).isEqualTo(param);
    }

    @Test
    void a_prompt_is_a_message_of_the_users() {
        assertThatJson(text(front("'prompt':['Hi'],'suffix':'','n':2,'best_of':2,'logprobs':3,'stop':'x','seed':4")
                        .chat()
                        .body()))
                .isEqualTo("""
                        {"model":"m","messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":16,"n":2,
                         "logprobs":true,"top_logprobs":3,"stop":"x","seed":4}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "7", "{\"model\":\"m\",\"prompt\":\"a\"} {}"})
    void what_is_no_object_or_more_than_one_is_refused(String body) {
        var refused = catchThrowableOfType(
                RefusedException.class, () -> CompletionFront.read(body.getBytes(UTF_8), prefix -> prefix));

        assertThat(refused).as("a refusal").isNotNull();
        assertThat(refused.refusal().status()).isEqualTo(400);
    }

    @Test
    void no_log_probabilities_of_others_and_members_that_nobody_knows_here_go_along() {
        assertThatJson(text(front(
                                "'prompt':'Hi','logprobs':0,'stream':true,'stream_options':{'include_usage':true},'min_p':{'x':[1]}")
                        .chat()
                        .body()))
                .isEqualTo("""
                        {"model":"m","messages":[{"role":"user","content":"Hi"}],"max_completion_tokens":16,"logprobs":true,
                         "stream":true,"stream_options":{"include_usage":true},"min_p":{"x":[1]}}""");
    }

    @Test
    void what_chat_refuses_is_named_as_the_caller_knows_it() {
        var front = front("'prompt':'Hi'");

        assertThat(front.asked("messages[0].content")).isEqualTo("prompt");
        assertThat(front.asked("max_completion_tokens")).isEqualTo("max_tokens");
        assertThat(front.asked("top_logprobs")).isEqualTo("logprobs");
        assertThat(front.asked("logit_bias.50256")).isEqualTo("logit_bias.50256");
        assertThat(front.asked("stop[1]")).isEqualTo("stop[1]");
    }

    @Test
    void a_stream_that_is_refused_once_it_has_begun_ends_with_an_event() {
        var told = Reply.Whole.json(503, "{\"error\":{}}".getBytes(UTF_8));

        assertThat(text(front("'prompt':'Hi'").failed(told))).isEqualTo("data: {\"error\":{}}\n\n");
    }

    @Test
    void each_prompt_is_a_conversation_and_its_choices_have_its_echo() {
        var front = front("'prompt':['Hi','Ho'],'n':2,'echo':true");

        var chat = front.chat();
        assertThat(chat.conversations()).hasSize(2);
        assertThat(List.of(chat.calls(), chat.choices())).containsExactly(2, 4);
        assertThatJson(text(chat.conversations().getLast().body()))
                .isEqualTo(
                        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Ho\"}],\"max_completion_tokens\":16,\"n\":2}");
        assertThat(chat.textBytes()).isEqualTo(2L * chat.body().length);
        var choice = "{'index':%d,'message':{'content':'!'},'finish_reason':'stop'}".replace('\'', '"');
        var choices = IntStream.range(0, 4).mapToObj(choice::formatted).collect(Collectors.joining(","));
        assertThat(Json.object(front.whole(("{\"choices\":[" + choices + "]}").getBytes(UTF_8)))
                        .findValuesAsText("text"))
                .containsExactly("Hi!", "Hi!", "Ho!", "Ho!");
    }

    @Test
    void a_whole_answer_is_a_text() {
        assertThatJson(text(front("'prompt':'Hi','echo':true").whole("""
                {"id":"c","object":"chat.completion","created":5,"model":"n","choices":[
                  {"index":0,"message":{"role":"assistant","content":" you"},"finish_reason":"stop"},
                  {"index":1,"message":{"role":"assistant","content":" all"},"finish_reason":"length"}],
                 "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""".getBytes(UTF_8))))
                .isEqualTo("""
                        {"id":"cmpl-1","object":"text_completion","created":5,"model":"n","choices":[
                          {"text":"Hi you","index":0,"logprobs":null,"finish_reason":"stop"},
                          {"text":"Hi all","index":1,"logprobs":null,"finish_reason":"length"}],
                         "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}""");
    }

    @Test
    void log_probabilities_run_side_by_side() {
        assertThatJson(text(front("'prompt':'Hi','logprobs':1").whole("""
                {"model":"n","choices":[{"index":0,"message":{"content":"ab"},"finish_reason":"stop","logprobs":{"content":[
                 {"token":"a","logprob":-0.5,"top_logprobs":[{"token":"z","logprob":-0.25}]},
                 {"token":"b","logprob":-1,"top_logprobs":[]}]}}]}""".getBytes(UTF_8))))
                .node("choices[0].logprobs")
                .isEqualTo("""
                        {"tokens":["a","b"],"token_logprobs":[-0.5,-1],"top_logprobs":[{"z":-0.25},{}],"text_offset":[0,1]}""");
    }

    @Test
    void a_stream_begins_with_the_echo_of_its_prompt_and_ends_as_it_should() {
        var events = front("'prompt':'Hi','echo':true,'stream':true").events();

        assertThat(text(events.chunk("""
                {"created":5,"model":"n","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}""".getBytes(UTF_8)))).contains("\"text\":\"Hi\"");
        assertThat(text(events.chunk("""
                {"created":5,"model":"n","choices":[{"index":0,"delta":{"content":" you"}}]}""".getBytes(UTF_8))))
                .isEqualTo(
                        "data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":5,\"model\":\"n\","
                                + "\"choices\":[{\"text\":\" you\",\"index\":0,\"logprobs\":null,\"finish_reason\":null}]}\n\n");
        assertThat(text(events.chunk("{\"choices\":[{\"index\":0,\"delta\":{}}]}".getBytes(UTF_8))))
                .isEmpty();
        assertThat(text(events.end(true))).isEqualTo("data: [DONE]\n\n");
    }

    @Test
    void a_text_that_nobody_asked_to_echo_or_to_count_has_neither() {
        var events = front("'prompt':'Hi','stream':true").events();

        assertThat(text(events.chunk("""
                {"choices":[{"index":1,"delta":{"content":"a"},"logprobs":{"content":[]},"finish_reason":"stop"}]}""".getBytes(UTF_8))))
                .isEqualTo("data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"model\":\"m\",\"choices\":["
                        + "{\"text\":\"a\",\"index\":1,\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n");
        assertThat(events.chunk("oops".getBytes(UTF_8))).isEmpty();
        assertThat(events.end(false)).isEmpty();
    }

    @Test
    void an_error_in_a_stream_goes_on_as_it_is_and_nothing_follows_it() {
        var events = front("'prompt':'Hi','stream':true").events();

        assertThat(text(events.chunk("{\"error\":{\"message\":\"gone\"}}".getBytes(UTF_8))))
                .isEqualTo("data: {\"error\":{\"message\":\"gone\"}}\n\n");
        assertThat(events.end(true)).isEmpty();
    }
}
