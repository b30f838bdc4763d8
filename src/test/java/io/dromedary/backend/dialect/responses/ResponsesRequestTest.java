package io.dromedary.backend.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.chat.ChatRequests;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.ServedTier;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ResponsesRequestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"stop\":\"x\"|stop",
                "\"presence_penalty\":1|presence_penalty",
                "\"logit_bias\":{\"1\":1}|logit_bias",
                "\"functions\":[{\"name\":\"f\"}]|functions",
                "\"web_search_options\":{}|web_search_options",
                "\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":\"alloy\",\"format\":\"wav\"}|audio",
            })
    void what_would_change_the_answer_and_has_no_place_there_is_refused_by_name(String members, String param) {
        assertThatThrownBy(() -> Upstream.sent(Upstream.requestWith(members)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal())
                                .isInstanceOfSatisfying(
                                        Refusal.BadRequest.class,
                                        why -> assertThat(why.param()).isEqualTo(param)));
    }

    @Test
    void messages_that_no_item_can_stand_for_are_refused_by_name() {
        var request = ChatRequests.of("""
                {"model":"chat-small","messages":[{"role":"user","content":"Hi"},
                {"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}}]}""");
        assertThatThrownBy(() -> Upstream.sent(request)).hasMessageContaining("messages[1].function_call");
    }

    @Test
    void what_does_not_change_the_answer_is_left_out_and_named() {
        var outgoing = Upstream.dialect()
                .chat(
                        Upstream.requestWith(
                                "\"seed\":1,\"store\":true,\"prediction\":{\"type\":\"content\",\"content\":\"x\"}"),
                        Upstream.target(Map.of()));
        assertThat(outgoing.dropped()).containsExactlyInAnyOrder("seed", "store", "prediction");
        assertThat(Json.object(outgoing.body()).has("seed")).isFalse();
        assertThat(Upstream.dialect()
                        .chat(Upstream.requestWith("\"store\":false"), Upstream.target(Map.of()))
                        .dropped())
                .isEmpty();
    }

    @Test
    void what_a_message_says_beyond_its_item_is_named_and_a_null_is_nothing() {
        var request = ChatRequests.of("""
                {"model":"chat-small","user":null,"messages":[{"role":"user","content":"Hi"},
                 {"role":"user","name":"bob","content":"Ho"}]}""");
        var outgoing = Upstream.dialect().chat(request, Upstream.target(Map.of()));
        assertThat(outgoing.dropped()).containsExactly("messages[1].name");
        assertThat(Json.object(outgoing.body()).has("user")).isFalse();
    }

    @Test
    void a_refusal_between_texts_is_a_part_of_its_own() {
        var request = ChatRequests.of("""
                {"model":"chat-small","messages":[{"role":"assistant","content":[{"type":"text","text":"a"},
                 {"type":"text","text":"b"},{"type":"refusal","refusal":"no"},{"type":"text","text":"c"}]},
                 {"role":"user","content":"Hi"}]}""");
        assertThat(Upstream.sent(request).at("/input/0/content").toString())
                .isEqualTo("[{\"type\":\"output_text\",\"text\":\"ab\",\"annotations\":[]},"
                        + "{\"type\":\"refusal\",\"refusal\":\"no\"},"
                        + "{\"type\":\"output_text\",\"text\":\"c\",\"annotations\":[]}]");
    }

    @Test
    void a_choice_in_one_word_stays_that_word() {
        var tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"required\"";
        assertThat(Upstream.sent(Upstream.requestWith(tools))
                        .path("tool_choice")
                        .textValue())
                .isEqualTo("required");
    }

    @Test
    void a_native_form_goes_without_the_management_of_context_which_is_named_where_it_says_something() {
        var request = ChatRequests.of(Upstream.HELLO);
        var managed = request.withNativeForm(Upstream.bytes("{\"input\":\"Hi\",\"context_management\":[{}]}"));
        var silent = request.withNativeForm(Upstream.bytes("{\"input\":\"Hi\",\"context_management\":null}"));
        assertThat(Upstream.dialect().chat(managed, Upstream.target(Map.of())).dropped())
                .containsExactly("context_management");
        assertThat(Upstream.dialect().chat(silent, Upstream.target(Map.of())).dropped())
                .isEmpty();
        assertThat(Upstream.sent(managed).has("context_management")).isFalse();
    }

    @Test
    void a_native_form_goes_without_a_verbosity_that_the_file_says_to_drop() {
        var request = Upstream.requestWith("\"verbosity\":\"low\"")
                .withNativeForm(Upstream.bytes(
                        "{\"input\":\"Hi\",\"text\":{\"verbosity\":\"low\",\"format\":{\"type\":\"text\"}}}"));
        assertThat(Upstream.sent(request, Map.of("dropped", List.of("verbosity")))
                        .path("text")
                        .toString())
                .isEqualTo("{\"format\":{\"type\":\"text\"}}");
    }

    @Test
    void it_is_the_dialect_openai_at_another_path() {
        var dialect = Upstream.dialect();
        assertThat(dialect.name()).isEqualTo("openai");
        assertThat(dialect.chatPath()).isEqualTo("/responses");
        assertThat(dialect.capabilities()).isSameAs(ResponsesDialect.CAPABILITIES);
    }

    @Test
    void a_file_may_say_that_a_backend_can_more() {
        var sent =
                Upstream.sent(Upstream.requestWith("\"seed\":1,\"stop\":[\"x\"]"), Map.of("seed", true, "stop", true));
        assertThat(sent.path("seed").intValue()).isEqualTo(1);
        assertThat(sent.path("stop")).hasSize(1);
    }

    @Test
    void a_backend_that_knows_no_developers_gets_a_system_message() {
        var request = ChatRequests.of(
                "{\"model\":\"chat-small\",\"messages\":[{\"role\":\"developer\",\"content\":\"Be brief\"}]}");
        assertThat(Upstream.sent(request).at("/input/0/role").textValue()).isEqualTo("developer");
        assertThat(Upstream.sent(request, Map.of("developerRole", false))
                        .at("/input/0/role")
                        .textValue())
                .isEqualTo("system");
    }

    @Test
    void messages_that_are_a_text_are_one_message_of_the_users() {
        var sent = Upstream.sent(ChatRequests.of("{\"model\":\"chat-small\",\"messages\":\"Hi\"}"));
        assertThat(sent.path("input")).hasSize(1);
        assertThat(sent.at("/input/0/role").textValue()).isEqualTo("user");
        assertThat(sent.at("/input/0/content").textValue()).isEqualTo("Hi");
    }

    @Test
    void the_backend_hears_its_own_word_for_the_tier_in_either_form() {
        var tier = new ServedTier(ServiceTier.FLEX, "flex", true, Map.of(), false);
        var target = Upstream.target(Map.of()).serving(tier);
        var request = Upstream.requestWith("\"service_tier\":\"auto\"");
        for (var each : List.of(request, request.withNativeForm(Upstream.bytes("{\"service_tier\":\"auto\"}")))) {
            var sent = Json.object(Upstream.dialect().chat(each, target).body());
            assertThat(sent.path("service_tier").textValue()).isEqualTo("flex");
        }
    }

    @Test
    void a_native_form_goes_without_what_the_file_says_to_drop_and_without_asking_of_reasoning_where_there_is_none() {
        var request = Upstream.requestWith("\"reasoning_effort\":\"low\",\"user\":\"u\"")
                .withNativeForm(Upstream.bytes(
                        "{\"input\":\"Hi\",\"user\":\"u\",\"reasoning\":{\"effort\":\"low\"},\"top_k\":1}"));
        var target = Upstream.target(Map.of("reasoningEffort", false, "dropped", List.of("user")));
        var outgoing = Upstream.dialect().chat(request, target);
        assertThat(outgoing.dropped()).containsExactly("reasoning_effort", "user");
        assertThat(Json.object(outgoing.body()).properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("input", "top_k", "model", "store");
    }

    @Test
    void what_is_beyond_chat_is_taken_with_the_native_form_and_refused_without_it() {
        var request = ChatRequests.of(Upstream.HELLO)
                .withNativeForm(Upstream.bytes("{\"input\":\"Hi\",\"tools\":[{\"type\":\"web_search\"}]}"), "tools[0]");
        assertThat(Upstream.sent(request).at("/tools/0/type").textValue()).isEqualTo("web_search");
        assertThatThrownBy(() -> Upstream.sent(request.continued("Hel", 1))).hasMessageContaining("tools[0]");
    }

    @Test
    void a_stream_is_asked_for_as_the_request_says_whatever_its_native_form_does() {
        var form = Upstream.bytes("{\"input\":\"Hi\",\"stream\":true,\"stream_options\":{}}");
        var request = ChatRequests.of(Upstream.HELLO).withNativeForm(form);
        assertThat(Upstream.sent(request).has("stream")).isFalse();
        assertThat(Upstream.sent(request).has("stream_options")).isFalse();
        assertThat(Upstream.sent(request.streamed()).path("stream").booleanValue())
                .isTrue();
    }
}
