package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonMissing;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.conversations.Conversation;
import com.openai.models.conversations.ConversationCreateParams;
import com.openai.models.conversations.ConversationUpdateParams;
import com.openai.models.conversations.items.ConversationItem;
import com.openai.models.conversations.items.ItemCreateParams;
import com.openai.models.conversations.items.ItemDeleteParams;
import com.openai.models.conversations.items.ItemListParams;
import com.openai.models.conversations.items.ItemRetrieveParams;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCompactParams;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFormatTextJsonSchemaConfig;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseRetrieveParams;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseTextConfig;
import com.openai.models.responses.ResponsesClientEvent;
import com.openai.models.responses.ToolChoiceOptions;
import com.openai.models.responses.inputitems.InputItemListParams;
import com.openai.models.responses.inputtokens.InputTokenCountParams;
import io.dromedary.testing.ChatEvents;
import io.dromedary.testing.GatewayProcess;
import io.dromedary.testing.OpenAiUpstream;
import io.dromedary.testing.Script;
import io.dromedary.testing.ScriptedBackend;
import io.dromedary.testing.TgiUpstream;
import io.dromedary.testing.clients.ResponseEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * OpenAI's Java client, checking every answer against its own types, makes, follows, continues and takes away responses
 * behind three different backends, none of which knows of responses.
 */
@Timeout(180)
final class ResponsesClientIT {
    private static final String SIMULATED = "simulated";
    private static final String OPENAI = "behind-openai";
    private static final String TGI = "behind-tgi";

    private static final ScriptedBackend openAi = ScriptedBackend.start(new OpenAiUpstream());
    private static final ScriptedBackend tgi = ScriptedBackend.start(new TgiUpstream());
    private static GatewayProcess gateway;
    private static OpenAIClient client;

    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayProcess.with()
                .backend("simulator", """
                        dialect: simulator
                        models:
                          simulated: { upstream: simulator }
                        """)
                .backend("openai", """
                        dialect: openai
                        url: %s/v1
                        models:
                          behind-openai: { upstream: echo }
                        """.formatted(openAi.url()))
                .backend("tgi", """
                        dialect: tgi
                        url: %s/v1
                        models:
                          behind-tgi: { upstream: tgi }
                        """.formatted(tgi.url()))
                .backend("dead", """
                        dialect: openai
                        url: %s/v1
                        models:
                          dead: { upstream: echo }
                        """.formatted(ScriptedBackend.nobody()))
                .start();
        client = client(GatewayProcess.KEY);
    }

    @AfterAll
    static void stop() {
        client.close();
        gateway.close();
        openAi.close();
        tgi.close();
    }

    @BeforeEach
    void clear() {
        openAi.clear();
    }

    private static OpenAIClient client(String key) {
        return OpenAIOkHttpClient.builder()
                .apiKey(key)
                .baseUrl(gateway.url() + "/v1")
                .responseValidation(true)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(30))
                .build();
    }

    private static ResponseCreateParams.Builder asking(String model, String text) {
        return ResponseCreateParams.builder().model(model).input(text);
    }

    private static ResponseCreateParams.Builder hello(String model) {
        return asking(model, "Hello big world");
    }

    private static Response create(ResponseCreateParams.Builder request) {
        return client.responses().create(request.build()).validate();
    }

    private static String text(Response response) {
        return response.output().stream()
                .flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream())
                .flatMap(part -> part.outputText().stream())
                .map(part -> part.text())
                .reduce("", String::concat);
    }

    private static List<ResponseFunctionToolCall> calls(Response response) {
        return response.output().stream()
                .filter(ResponseOutputItem::isFunctionCall)
                .map(ResponseOutputItem::asFunctionCall)
                .toList();
    }

    /** All events, each of them sound. */
    private static List<ResponseStreamEvent> streamed(ResponseCreateParams.Builder request) {
        return ResponseEvents.streamed(client, request);
    }

    private static List<ResponseStreamEvent> played(String id, ResponseRetrieveParams params) {
        try (var stream = client.responses().retrieveStreaming(id, params)) {
            return ResponseEvents.sound(stream);
        }
    }

    private static Response put(List<ResponseStreamEvent> events) {
        return ResponseEvents.whole(events);
    }

    private static FunctionTool weatherTool() {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("city", Map.of("type", "string"));
        properties.put("unit", Map.of("type", "string", "enum", List.of("celsius", "fahrenheit")));
        return FunctionTool.builder()
                .name("get_weather")
                .parameters(FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(properties))
                        .putAdditionalProperty("required", JsonValue.from(List.of("city", "unit")))
                        .putAdditionalProperty("additionalProperties", JsonValue.from(false))
                        .build())
                .strict(true)
                .build();
    }

    private static ResponseCreateParams.Builder weather(String model) {
        return asking(model, "Paris").addTool(weatherTool()).toolChoice(ToolChoiceOptions.REQUIRED);
    }

    private static ResponseInputItem output(ResponseFunctionToolCall call, String text) {
        return ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                .callId(call.callId())
                .output(text)
                .build());
    }

    private static ResponseInputItem said(String text) {
        return ResponseInputItem.ofEasyInputMessage(EasyInputMessage.builder()
                .role(EasyInputMessage.Role.USER)
                .content(text)
                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_whole_response_and_the_same_when_it_is_fetched(String model) {
        var made = create(hello(model)
                .instructions("")
                .metadata(ResponseCreateParams.Metadata.builder()
                        .putAdditionalProperty("topic", JsonValue.from("worlds"))
                        .build()));
        assertThat(text(made)).isEqualTo("Hello big world");
        assertThat(made.status()).hasValue(ResponseStatus.COMPLETED);
        assertThat(made.model().asString()).isEqualTo(model);
        var usage = made.usage().orElseThrow();
        assertThat(List.of(usage.inputTokens(), usage.outputTokens(), usage.totalTokens()))
                .containsExactly(3L, 3L, 6L);
        assertThat(made.metadata().orElseThrow()._additionalProperties())
                .containsEntry("topic", JsonValue.from("worlds"));
        assertThat(client.responses().retrieve(made.id()).validate()).isEqualTo(made);
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_stream_adds_up_and_can_be_played_again_from_anywhere(String model) {
        var events = streamed(hello(model));
        var response = put(events);
        assertThat(text(response)).isEqualTo("Hello big world");
        assertThat(events.stream()
                        .flatMap(event -> event.outputTextDelta().stream())
                        .map(delta -> delta.delta()))
                .containsExactly("Hello", " big", " world");
        assertThat(client.responses().retrieve(response.id()).validate()).isEqualTo(response);
        assertThat(played(response.id(), ResponseRetrieveParams.none())).isEqualTo(events);
        for (var after = 0; after < events.size(); after++) {
            var rest = played(
                    response.id(),
                    ResponseRetrieveParams.builder().startingAfter(after).build());
            assertThat(rest).isEqualTo(events.subList(after + 1, events.size()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_tool_is_called_and_its_output_continues(String model) {
        var asked = create(weather(model));
        var streamed = put(streamed(weather(model)));
        for (var response : List.of(asked, streamed)) {
            assertThat(calls(response)).singleElement().satisfies(call -> {
                assertThat(call.name()).isEqualTo("get_weather");
                assertThat(call.arguments()).isEqualTo("{\"city\": \"Paris\", \"unit\": \"celsius\"}");
                assertThat(call.callId()).isNotEmpty();
            });
            var answered = create(ResponseCreateParams.builder()
                    .model(model)
                    .previousResponseId(response.id())
                    .addTool(weatherTool())
                    .inputOfResponse(List.of(output(calls(response).getFirst(), "Sunny and mild"))));
            assertThat(text(answered)).isEqualTo("Sunny and mild");
            assertThat(answered.previousResponseId()).hasValue(response.id());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void parallel_calls_come_back_each_with_its_output(boolean stream) {
        openAi.next(stream ? twoCalls() : Script.json(200, TWO_CALLS));
        var request = weather(OPENAI).parallelToolCalls(true);
        var asked = stream ? put(streamed(request)) : create(request);
        assertThat(text(asked)).isEqualTo("Let me see.");
        var calls = calls(asked);
        assertThat(calls)
                .extracting(ResponseFunctionToolCall::arguments)
                .containsExactly("{\"city\":\"Oslo\"}", "{\"city\":\"Rome\"}");
        assertThat(calls).extracting(ResponseFunctionToolCall::callId).doesNotHaveDuplicates();
        var answered = create(ResponseCreateParams.builder()
                .model(OPENAI)
                .previousResponseId(asked.id())
                .inputOfResponse(List.of(output(calls.get(1), "warm"), output(calls.get(0), "cold"))));
        assertThat(text(answered)).isEqualTo("warm");
        var messages = openAi.received().getLast().json().path("messages");
        assertThat(messages.findValuesAsText("role")).containsExactly("user", "assistant", "tool", "tool");
        assertThat(messages.path(1).path("content").asText()).isEqualTo("Let me see.");
        assertThat(messages.path(1).path("tool_calls").findValuesAsText("id"))
                .containsExactly(calls.get(0).callId(), calls.get(1).callId());
        assertThat(List.of(messages.path(2), messages.path(3)))
                .as("in the order of the calls, as chat wants it")
                .extracting(message -> message.path("tool_call_id").asText()
                        + message.path("content").asText())
                .containsExactly(calls.get(0).callId() + "cold", calls.get(1).callId() + "warm");
        var one = catchThrowableOfType(
                BadRequestException.class,
                () -> create(ResponseCreateParams.builder()
                        .model(OPENAI)
                        .previousResponseId(asked.id())
                        .inputOfResponse(List.of(
                                ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                                        .callId("call_nobodys")
                                        .output("x")
                                        .build())))));
        assertThat(one.param()).hasValue("input[0].call_id");
    }

    private static final String TWO_CALLS = """
            {"id":"c","object":"chat.completion","created":1,"model":"echo","choices":[{"index":0,"message":{"role":"assistant",
            "content":"Let me see.","tool_calls":[
            {"id":"call_a","type":"function","function":{"name":"get_weather","arguments":"{\\"city\\":\\"Oslo\\"}"}},
            {"id":"call_b","type":"function","function":{"name":"get_weather","arguments":"{\\"city\\":\\"Rome\\"}"}}]},
            "finish_reason":"tool_calls"}],"usage":{"prompt_tokens":3,"completion_tokens":9,"total_tokens":12}}
            """;

    /** Text, and then two calls. */
    private static Script twoCalls() {
        return Script.stream(
                ChatEvents.role(),
                ChatEvents.text("Let me see."),
                call(0, "\"id\":\"call_a\",\"type\":\"function\",", "\"name\":\"get_weather\",\"arguments\":\"\""),
                call(0, "", "\"arguments\":\"{\\\"city\\\":\""),
                call(0, "", "\"arguments\":\"\\\"Oslo\\\"}\""),
                call(
                        1,
                        "\"id\":\"call_b\",\"type\":\"function\",",
                        "\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\""),
                call(1, "", "\"arguments\":\"\\\"Rome\\\"}\""),
                ChatEvents.finish("tool_calls"),
                ChatEvents.usage(3, 9),
                ChatEvents.DONE);
    }

    private static String call(int index, String head, String function) {
        return "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"echo\",\"choices\":[{\"index\":0,"
                + "\"delta\":{\"tool_calls\":[{\"index\":" + index + "," + head + "\"function\":{" + function
                + "}}]},\"finish_reason\":null}]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void an_answer_follows_a_json_schema(String model) {
        var person = new LinkedHashMap<String, Object>();
        person.put("name", Map.of("type", "string"));
        person.put("age", Map.of("type", "integer", "minimum", 18));
        var format = ResponseFormatTextJsonSchemaConfig.builder()
                .name("person")
                .strict(true)
                .schema(ResponseFormatTextJsonSchemaConfig.Schema.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(person))
                        .putAdditionalProperty("required", JsonValue.from(List.of("name", "age")))
                        .putAdditionalProperty("additionalProperties", JsonValue.from(false))
                        .build())
                .build();
        var request = asking(model, "Ada")
                .text(ResponseTextConfig.builder().format(format).build());
        var expected = "{\"name\": \"Ada\", \"age\": 18}";
        assertThat(text(create(request))).isEqualTo(expected);
        var streamed = put(streamed(request));
        assertThat(text(streamed)).isEqualTo(expected);
        var told = streamed.text().orElseThrow().format().orElseThrow().asJsonSchema();
        assertThat(told.toBuilder().description(JsonMissing.of()).build()).isEqualTo(format);
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_chain_goes_on_whoever_answers(String model) {
        var first = create(hello(model));
        for (var next : List.of(SIMULATED, OPENAI, TGI)) {
            var second = create(asking(next, "and more").previousResponseId(first.id()));
            assertThat(text(second)).isEqualTo("and more");
            assertThat(second.usage().orElseThrow().inputTokens()).isEqualTo(8);
        }
    }

    @Test
    void input_items_are_paged_to_their_end() {
        var texts = IntStream.range(0, 25).mapToObj(i -> "item " + i).toList();
        var made = create(ResponseCreateParams.builder()
                .model(SIMULATED)
                .inputOfResponse(texts.stream().map(ResponsesClientIT::said).toList()));
        for (var limit : List.of(1L, 7L, 25L, 100L)) {
            var page = client.responses()
                    .inputItems()
                    .list(
                            made.id(),
                            InputItemListParams.builder()
                                    .limit(limit)
                                    .order(InputItemListParams.Order.ASC)
                                    .build());
            assertThat(page.items()).hasSize((int) Math.min(limit, 25));
            assertThat(page.autoPager().stream().map(ResponsesClientIT::text)).isEqualTo(texts);
        }
        var newestFirst = client.responses().inputItems().list(made.id());
        assertThat(newestFirst.items()).hasSize(20);
        assertThat(newestFirst.autoPager().stream().map(ResponsesClientIT::text))
                .isEqualTo(texts.reversed());
    }

    private static String text(ResponseItem item) {
        return item.validate()
                .asResponseInputMessageItem()
                .content()
                .getFirst()
                .asInputText()
                .text();
    }

    @Test
    void input_items_of_a_turn_are_its_own_whatever_they_are() {
        var asked = create(weather(OPENAI));
        var answered = create(ResponseCreateParams.builder()
                .model(OPENAI)
                .previousResponseId(asked.id())
                .inputOfResponse(List.of(output(calls(asked).getFirst(), "mild"), said("and tomorrow"))));
        var items = client.responses()
                .inputItems()
                .list(
                        answered.id(),
                        InputItemListParams.builder()
                                .order(InputItemListParams.Order.ASC)
                                .build())
                .items();
        assertThat(items).hasSize(2);
        assertThat(items.getFirst().validate().asFunctionCallOutput().callId())
                .hasValue(calls(asked).getFirst().callId());
        assertThat(text(items.getLast())).isEqualTo("and tomorrow");
    }

    @Test
    void a_response_is_deleted() {
        var made = create(hello(SIMULATED));
        client.responses().delete(made.id());
        var gone = catchThrowableOfType(
                NotFoundException.class, () -> client.responses().retrieve(made.id()));
        assertThat(gone.code()).hasValue("response_not_found");
        assertThat(catchThrowableOfType(
                        NotFoundException.class, () -> client.responses().delete(made.id())))
                .isNotNull();
        var next = catchThrowableOfType(
                NotFoundException.class, () -> create(hello(SIMULATED).previousResponseId(made.id())));
        assertThat(next.code()).hasValue("previous_response_not_found");
        assertThat(next.param()).hasValue("previous_response_id");
    }

    private static Response ended(String id) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.responses()
                        .retrieve(id)
                        .status()
                        .filter(status ->
                                !status.equals(ResponseStatus.QUEUED) && !status.equals(ResponseStatus.IN_PROGRESS))
                        .isPresent());
        return client.responses().retrieve(id).validate();
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_response_is_made_in_the_background_and_polled_or_followed(String model) {
        var queued = create(hello(model).background(true));
        assertThat(queued.status()).hasValue(ResponseStatus.QUEUED);
        var response = ended(queued.id());
        assertThat(response.status()).hasValue(ResponseStatus.COMPLETED);
        assertThat(text(response)).isEqualTo("Hello big world");
        assertThat(client.responses().cancel(queued.id()).validate()).isEqualTo(response);

        var events = streamed(hello(model).background(true));
        var followed = put(events);
        assertThat(text(followed)).isEqualTo("Hello big world");
        assertThat(events.get(1).isQueued()).isTrue();
        assertThat(ended(followed.id())).isEqualTo(followed);
        for (var after = 0; after < events.size(); after++) {
            var rest = played(
                    followed.id(),
                    ResponseRetrieveParams.builder().startingAfter(after).build());
            assertThat(rest).isEqualTo(events.subList(after + 1, events.size()));
        }
    }

    @Test
    void what_nobody_waits_for_can_be_cancelled() {
        openAi.next(Script.stream().event(ChatEvents.text("half")).stall());
        var queued = create(hello(OPENAI).background(true));
        var cancelled = client.responses().cancel(queued.id()).validate();
        assertThat(cancelled.status()).hasValue(ResponseStatus.CANCELLED);
        assertThat(client.responses().cancel(queued.id()).validate()).isEqualTo(cancelled);
        assertThat(put(played(queued.id(), ResponseRetrieveParams.none()))).isEqualTo(cancelled);
    }

    @Test
    void what_is_awaited_cannot_be_cancelled() {
        var made = create(hello(SIMULATED));
        var refused = catchThrowableOfType(
                BadRequestException.class, () -> client.responses().cancel(made.id()));
        assertThat(refused.getMessage()).contains("Cannot cancel a synchronous response.");
        assertThat(catchThrowableOfType(
                        NotFoundException.class, () -> client.responses().cancel("resp_" + "0".repeat(32))))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_compaction_stands_for_what_was_said(String model) {
        var made = create(hello(model));
        // the client's types know no input text in an output, though OpenAI sends it
        var compacted = client.withOptions(options -> options.responseValidation(false))
                .responses()
                .compact(ResponseCompactParams.builder()
                        .model(model)
                        .previousResponseId(made.id())
                        .build());
        assertThat(compacted.id()).startsWith("resp_");
        var last = compacted.output().getLast();
        assertThat(last.isCompaction()).isTrue();
        var items = compacted.output().stream()
                .map(item -> ObjectMappers.jsonMapper().convertValue(item, ResponseInputItem.class))
                .collect(Collectors.toCollection(ArrayList::new));
        items.add(said("go on"));
        assertThat(text(create(ResponseCreateParams.builder().model(model).inputOfResponse(items))))
                .isEqualTo("go on");
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void input_tokens_are_counted_with_the_history(String model) {
        var made = create(asking(model, "word ".repeat(100)));
        var alone = count(InputTokenCountParams.builder().model(model).input("and more"));
        var chained = count(
                InputTokenCountParams.builder().model(model).input("and more").previousResponseId(made.id()));
        assertThat(alone).isPositive();
        assertThat(chained).isGreaterThan(alone + 100);
    }

    private static long count(InputTokenCountParams.Builder request) {
        return client.responses()
                .inputTokens()
                .count(request.build())
                .validate()
                .inputTokens();
    }

    @Test
    void a_conversation_is_made_changed_paged_and_taken_away() {
        var made = client.conversations()
                .create(ConversationCreateParams.builder()
                        .items(List.of(said("zero")))
                        .metadata(ConversationCreateParams.Metadata.builder()
                                .putAdditionalProperty("k", JsonValue.from("v"))
                                .build())
                        .build())
                .validate();
        var id = made.id();
        assertThat(client.conversations().retrieve(id).validate()).isEqualTo(made);
        var updated = client.conversations()
                .update(
                        id,
                        ConversationUpdateParams.builder()
                                .metadata(ConversationUpdateParams.Metadata.builder()
                                        .putAdditionalProperty("k", JsonValue.from("w"))
                                        .build())
                                .build())
                .validate();
        assertThat(updated._metadata()).isEqualTo(JsonValue.from(Map.of("k", "w")));
        for (var i = 0; i < 2; i++) {
            var from = 1 + 15 * i;
            var added = client.conversations()
                    .items()
                    .create(
                            id,
                            ItemCreateParams.builder()
                                    .items(IntStream.range(from, from + 15)
                                            .mapToObj(n -> said("item " + n))
                                            .toList())
                                    .build())
                    .validate();
            assertThat(added.data()).hasSize(15);
        }
        var all = listed(id, 4);
        assertThat(all).hasSize(31);
        assertThat(listed(id, 100)).isEqualTo(all);
        var item = all.get(3).asMessage();
        assertThat(client.conversations()
                        .items()
                        .retrieve(ItemRetrieveParams.builder()
                                .conversationId(id)
                                .itemId(item.id())
                                .build())
                        .validate()
                        .asMessage())
                .isEqualTo(item);
        Conversation left = client.conversations()
                .items()
                .delete(ItemDeleteParams.builder()
                        .conversationId(id)
                        .itemId(item.id())
                        .build());
        assertThat(left.validate().id()).isEqualTo(id);
        assertThat(listed(id, 7)).hasSize(30).doesNotContain(all.get(3));
        assertThat(client.conversations().delete(id).validate().deleted()).isTrue();
        var gone = catchThrowableOfType(
                NotFoundException.class, () -> client.conversations().retrieve(id));
        assertThat(gone.code()).hasValue("conversation_not_found");
    }

    private static List<ConversationItem> listed(String conversation, long limit) {
        return client
                .conversations()
                .items()
                .list(
                        conversation,
                        ItemListParams.builder()
                                .limit(limit)
                                .order(ItemListParams.Order.ASC)
                                .build())
                .autoPager()
                .stream()
                .map(ConversationItem::validate)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void responses_are_added_to_their_conversation(String model) {
        var id = client.conversations().create().validate().id();
        var asked = create(weather(model).conversation(id));
        assertThat(asked.conversation().orElseThrow().id()).isEqualTo(id);
        put(streamed(ResponseCreateParams.builder()
                .model(model)
                .conversation(id)
                .inputOfResponse(List.of(output(calls(asked).getFirst(), "Sunny")))));
        var items = listed(id, 20);
        assertThat(items).hasSize(4);
        assertThat(items.get(2).asFunctionCallOutput().callId())
                .hasValue(items.get(1).asFunctionCall().callId());
        assertThat(items.get(3).asMessage().content().getFirst().asOutputText().text())
                .isEqualTo("Sunny");
    }

    @Test
    void errors_are_those_of_the_client() {
        var stranger = client("sk-drm-nobody");
        assertThat(catchThrowableOfType(
                                UnauthorizedException.class,
                                () -> stranger.responses()
                                        .create(hello(SIMULATED).build()))
                        .code())
                .hasValue("invalid_api_key");
        assertThat(catchThrowableOfType(
                        UnauthorizedException.class, () -> stranger.responses().retrieve("resp_x")))
                .isNotNull();
        stranger.close();
        assertThat(catchThrowableOfType(NotFoundException.class, () -> create(hello("no-such-model")))
                        .code())
                .hasValue("model_not_found");
        var hot = catchThrowableOfType(
                BadRequestException.class, () -> create(hello(SIMULATED).temperature(3)));
        assertThat(hot.param()).hasValue("temperature");
        assertThat(hot.type()).hasValue("invalid_request_error");
        assertThat(catchThrowableOfType(
                                BadRequestException.class,
                                () -> streamed(hello(SIMULATED).maxOutputTokens(0)))
                        .param())
                .hasValue("max_output_tokens");
        assertThat(catchThrowableOfType(
                        BadRequestException.class,
                        () -> create(
                                hello(SIMULATED).previousResponseId("resp_x").conversation("conv_x"))))
                .isNotNull();
        assertThat(catchThrowableOfType(InternalServerException.class, () -> create(hello("dead")))
                        .statusCode())
                .isEqualTo(502);
    }

    @Test
    void a_stream_that_nobody_answers_ends_as_failed() {
        var events = streamed(hello("dead"));
        var failed = put(events);
        assertThat(failed.status()).hasValue(ResponseStatus.FAILED);
        assertThat(failed.error()).isPresent();
        assertThat(client.responses().retrieve(failed.id()).validate()).isEqualTo(failed);
    }

    @Test
    void numbers_of_events_have_no_gap() {
        var numbers = streamed(hello(OPENAI)).stream()
                .map(event -> ObjectMappers.jsonMapper()
                        .<JsonNode>valueToTree(event)
                        .path("sequence_number")
                        .asInt())
                .toList();
        assertThat(numbers).isEqualTo(IntStream.range(0, numbers.size()).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {SIMULATED, OPENAI, TGI})
    void a_websocket_of_the_client_makes_turns(String model) {
        try (var connection = client.responses().connect()) {
            connection.send(turn(model, "Hello", null));
            var first = connection.finalResponse().validate();
            connection.send(turn(model, "again", first.id()));
            var second = connection.finalResponse().validate();
            assertThat(text(second)).isEqualTo("again");
            assertThat(second.previousResponseId()).hasValue(first.id());
            assertThat(client.responses().retrieve(second.id()).validate()).isEqualTo(second);
        }
    }

    private static ResponsesClientEvent turn(String model, String text, @Nullable String previous) {
        var create = ResponsesClientEvent.ResponseCreate.builder().model(model).input(text);
        if (previous != null) {
            create.previousResponseId(previous);
        }
        return ResponsesClientEvent.ofResponseCreate(create.build());
    }
}
