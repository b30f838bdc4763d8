package io.dromedary.api.responses;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.StreamJudge;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was told of a response, wherever it was cut, is enough to end it well, or to go on. */
final class PlayedEventsTest {
    static List<ReplyCase> cases() {
        return ReplyCase.all();
    }

    /** Of a response that was queued, up to but without its end. */
    private static List<String> told(ReplyCase written) {
        var begun = object(written);
        var all = new ArrayList<>(split(ResponseEvents.queued(begun.queued())));
        var events = events(written, begun, new ResponseEvents.Begin(3, 0));
        all.add(new String(ResponseEvents.inProgress(2, begun.inProgress()), UTF_8));
        for (var chunk : written.chunks()) {
            if (chunk.startsWith("{")) {
                all.addAll(split(events.chunk(chunk.getBytes(UTF_8))));
            }
        }
        all.addAll(split(events.end().closing()));
        return all;
    }

    private static ResponseObject object(ReplyCase written) {
        return ResponseObject.of(written.asked(), ReplyCase.ID, ReplyCase.CREATED, "m");
    }

    private static ResponseEvents events(ReplyCase written, ResponseObject object, ResponseEvents.Begin begin) {
        return ResponseEvents.after(
                begin,
                object,
                written.asked(),
                ItemIds.ofResponse(ReplyCase.ID, 2 * begin.sequence()),
                () -> ReplyCase.ENDED);
    }

    private static List<String> split(byte[] frames) {
        var events = new ArrayList<String>();
        for (var event : new String(frames, UTF_8).split("(?<=\n\n)")) {
            if (!event.isEmpty()) {
                events.add(event);
            }
        }
        return events;
    }

    private static List<ObjectNode> judged(StringBuilder frames) {
        return Frames.read(frames.toString().getBytes(UTF_8));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_stream_that_was_cut_anywhere_is_closed_with_what_there_was_of_it(ReplyCase written) {
        var told = told(written);
        for (var cut = 3; cut <= told.size(); cut++) {
            var frames = new StringBuilder(String.join("", told.subList(0, cut)));
            var played = new PlayedEvents();
            played.add(frames.toString());
            assertThat(played.next()).isEqualTo(cut);
            frames.append(new String(played.close(), UTF_8));
            assertThat(played.close()).as("what is closed is not closed again").isEmpty();
            var ended = ResponseObject.stopped(object(written).inProgress(), null, played.output());
            frames.append(new String(ResponseEvents.terminal(played.next(), ended), UTF_8));
            var response = StreamJudge.judgeBackground(judged(frames));
            assertThat(response.path("status").asText()).isEqualTo("cancelled");
            assertThat(response.path("output")).hasSize(played.items());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_stream_that_was_cut_anywhere_goes_on_and_ends_with_the_second_answer_alone(ReplyCase written) {
        var told = told(written);
        for (var cut = 3; cut <= told.size(); cut++) {
            var frames = new StringBuilder(String.join("", told.subList(0, cut)));
            var played = new PlayedEvents();
            played.add(frames.toString());
            frames.append(new String(played.close(), UTF_8));
            played.supersede();
            assertThat(played.output()).isEmpty();
            var events = events(written, object(written), new ResponseEvents.Begin(played.next(), played.items()));
            for (var chunk : written.chunks()) {
                if (chunk.startsWith("{")) {
                    frames.append(new String(events.chunk(chunk.getBytes(UTF_8)), UTF_8));
                }
            }
            var end = events.end();
            frames.append(new String(end.closing(), UTF_8)).append(new String(end.terminal(), UTF_8));
            var all = judged(frames);
            var response = StreamJudge.judgeBackground(all);
            var alone = Frames.read(String.join("", told).getBytes(UTF_8));
            assertThat(response.path("output")).hasSize(count(alone, "response.output_item.added"));
            var again = new PlayedEvents();
            again.add(frames.toString());
            assertThat(again.items()).isEqualTo(count(all, "response.output_item.added"));
            assertThat(again.next()).isEqualTo(all.size());
            assertThat(again.running()).isTrue();
        }
    }

    private static int count(List<ObjectNode> events, String type) {
        return (int) events.stream()
                .filter(event -> event.path("type").asText().equals(type))
                .count();
    }

    @Test
    void what_only_waits_has_not_begun() {
        var played = new PlayedEvents();
        var object = ResponseObject.of(
                Requests.of("\"model\":\"m\",\"input\":\"x\",\"background\":true"),
                ReplyCase.ID,
                ReplyCase.CREATED,
                "m");
        played.add(new String(ResponseEvents.queued(object.queued()), UTF_8));
        assertThat(played.running()).isFalse();
        assertThat(played.next()).isEqualTo(2);
        assertThat(played.items()).isZero();
        assertThat(played.close()).isEmpty();
        played.add(new String(ResponseEvents.inProgress(2, object.inProgress()), UTF_8));
        assertThat(played.running()).isTrue();
    }

    @Test
    void what_is_no_event_is_a_fault() {
        var played = new PlayedEvents();
        assertThatThrownBy(() -> played.add("data: {}\n\n")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> played.add("event: response.output_text.delta\ndata: {\n\n"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> played.add("event: response.created\ndata: {}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final String MESSAGE = event(
            "response.output_item.added",
            "'output_index':0,'item':{'id':'msg_1','type':'message','status':'in_progress','content':[]}");
    private static final String TEXT_PART = event(
            "response.content_part.added",
            "'output_index':0,'content_index':0,'part':{'type':'output_text','text':'','annotations':[],'logprobs':[]}");

    @Test
    void a_message_that_was_cut_has_the_words_told_until_then_with_their_logprobs_and_sources() {
        var played = played(
                MESSAGE,
                TEXT_PART,
                event(
                        "response.output_text.delta",
                        "'output_index':0,'content_index':0,'delta':'Hel','logprobs':[{'token':'Hel','logprob':-1}]"),
                event(
                        "response.output_text.annotation.added",
                        "'output_index':0,'content_index':0,'annotation':{'type':'url_citation'}"),
                event("response.output_text.delta", "'output_index':0,'content_index':0,'delta':'lo'"));
        var logprobs = "'logprobs':[{'token':'Hel','logprob':-1}]";
        var part = "{'type':'output_text','text':'Hello','annotations':[{'type':'url_citation'}]," + logprobs + "}";

        assertThat(played.output()).as("nothing is closed yet").isEmpty();
        assertThat(Frames.read(played.close()))
                .containsExactly(
                        frame(
                                5,
                                "response.output_text.done",
                                "'item_id':'msg_1','output_index':0,'content_index':0,'text':'Hello'," + logprobs),
                        frame(
                                6,
                                "response.content_part.done",
                                "'item_id':'msg_1','output_index':0,'content_index':0,'part':" + part),
                        frame(
                                7,
                                "response.output_item.done",
                                "'output_index':0,'item':{'id':'msg_1','type':'message','status':'incomplete','content':["
                                        + part + "]}"));
        assertThat(played.next()).isEqualTo(8);
        assertThat(played.output()).hasSize(1);
    }

    @Test
    void a_text_that_was_told_to_its_end_is_not_told_again() {
        var played = played(
                MESSAGE,
                TEXT_PART,
                event("response.output_text.delta", "'output_index':0,'content_index':0,'delta':'Hi'"),
                event("response.output_text.done", "'output_index':0,'content_index':0,'text':'Hi'"));

        assertThat(types(played.close())).containsExactly("response.content_part.done", "response.output_item.done");
        assertThat(played.output().getFirst().at("/content/0/text").asText()).isEqualTo("Hi");
    }

    @Test
    void a_part_that_was_closed_stays_before_the_one_that_is_open() {
        var played = played(
                MESSAGE,
                TEXT_PART,
                event(
                        "response.content_part.done",
                        "'output_index':0,'content_index':0,'part':{'type':'output_text','text':'Hi'}"),
                event("response.content_part.added", "'output_index':0,'content_index':1,'part':{'type':'refusal'}"),
                event("response.refusal.delta", "'output_index':0,'content_index':1,'delta':'No'"));

        assertThat(types(played.close()))
                .containsExactly("response.refusal.done", "response.content_part.done", "response.output_item.done");
        assertThat(played.output().getFirst().path("content"))
                .hasToString("[{\"type\":\"output_text\",\"text\":\"Hi\"},{\"type\":\"refusal\",\"refusal\":\"No\"}]");
    }

    @Test
    void a_summary_of_thoughts_has_words_of_its_own_for_its_end() {
        var played = played(
                event(
                        "response.output_item.added",
                        "'output_index':0,'item':{'id':'rs_1','type':'reasoning','summary':[]}"),
                event(
                        "response.reasoning_summary_part.added",
                        "'output_index':0,'summary_index':0,'part':{'type':'summary_text','text':''}"),
                event("response.reasoning_summary_text.delta", "'output_index':0,'summary_index':0,'delta':'Hm'"));

        var part = "{'type':'summary_text','text':'Hm'}";
        assertThat(Frames.read(played.close()))
                .containsExactly(
                        frame(
                                3,
                                "response.reasoning_summary_text.done",
                                "'item_id':'rs_1','output_index':0,'summary_index':0,'text':'Hm'"),
                        frame(
                                4,
                                "response.reasoning_summary_part.done",
                                "'item_id':'rs_1','output_index':0,'summary_index':0,'part':" + part),
                        frame(
                                5,
                                "response.output_item.done",
                                "'output_index':0,'item':{'id':'rs_1','type':'reasoning','summary':[" + part + "]}"));
    }

    @Test
    void calls_that_were_cut_have_what_was_told_of_their_arguments_and_only_the_last_item_is_incomplete() {
        var played = played(
                event(
                        "response.output_item.added",
                        "'output_index':0,'item':{'id':'fc_1','type':'function_call','status':'in_progress','name':'f'}"),
                event("response.function_call_arguments.delta", "'output_index':0,'delta':'{'"),
                event(
                        "response.output_item.added",
                        "'output_index':1,'item':{'id':'ctc_1','type':'custom_tool_call','status':'in_progress'}"),
                event("response.custom_tool_call_input.delta", "'output_index':1,'delta':'ls'"));

        assertThat(Frames.read(played.close()))
                .containsExactly(
                        frame(
                                4,
                                "response.function_call_arguments.done",
                                "'item_id':'fc_1','output_index':0,'arguments':'{','name':'f'"),
                        frame(
                                5,
                                "response.output_item.done",
                                "'output_index':0,'item':{'id':'fc_1','type':'function_call','status':'completed','name':'f',"
                                        + "'arguments':'{'}"),
                        frame(
                                6,
                                "response.custom_tool_call_input.done",
                                "'item_id':'ctc_1','output_index':1,'input':'ls'"),
                        frame(
                                7,
                                "response.output_item.done",
                                "'output_index':1,'item':{'id':'ctc_1','type':'custom_tool_call','status':'incomplete',"
                                        + "'input':'ls'}"));
    }

    @Test
    void arguments_that_were_told_to_their_end_are_not_told_again() {
        var played = played(
                event(
                        "response.output_item.added",
                        "'output_index':0,'item':{'id':'fc_1','type':'function_call','status':'in_progress','name':'f'}"),
                event("response.function_call_arguments.delta", "'output_index':0,'delta':'{}'"),
                event("response.function_call_arguments.done", "'output_index':0,'arguments':'{}'"));

        assertThat(types(played.close())).containsExactly("response.output_item.done");
        assertThat(played.output().getFirst().path("arguments").asText()).isEqualTo("{}");
    }

    @Test
    void what_is_told_of_an_item_that_never_was_added_is_let_pass() {
        var played = played(
                event("response.output_text.delta", "'output_index':0,'content_index':0,'delta':'a'"),
                MESSAGE,
                event("response.output_text.delta", "'output_index':1,'content_index':0,'delta':'b'"),
                event("response.output_text.delta", "'output_index':0,'content_index':3,'delta':'c'"));

        assertThat(played.next()).isEqualTo(4);
        assertThat(types(played.close())).containsExactly("response.output_item.done");
        assertThat(played.output().getFirst().path("content")).isEmpty();
    }

    /** @param members of its data, with single quotes */
    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members.replace('\'', '"') + "}\n\n";
    }

    private static PlayedEvents played(String... events) {
        var played = new PlayedEvents();
        played.add(String.join("", events));
        return played;
    }

    private static ObjectNode frame(int number, String type, String members) {
        return Json.object(("{'type':'" + type + "','sequence_number':" + number + "," + members + "}")
                .replace('\'', '"')
                .getBytes(UTF_8));
    }

    private static List<String> types(byte[] frames) {
        return Frames.read(frames).stream()
                .map(event -> event.path("type").asText())
                .toList();
    }
}
