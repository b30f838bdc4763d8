package io.dromedary.testing.clients;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Capabilities;
import io.dromedary.testing.conversation.Said;
import io.dromedary.testing.wire.Front;
import io.dromedary.testing.wire.Scene;
import io.dromedary.testing.wire.TaskWire;
import java.util.Locale;
import java.util.stream.Stream;

/** A dialect as scripts for Node are told of it. */
public final class Subject {
    private static final int NODE = 1;

    private Subject() {}

    public static ObjectNode of(Served served, Capabilities can) {
        var subject = Json.MAPPER.createObjectNode();
        subject.put("label", served.label()).put("model", served.model()).put("schemas", served.schemas());
        can.endpoints().forEach(subject.putArray("serves")::add);
        subject.putObject("usage")
                .put("prompt", Said.PROMPT_TOKENS)
                .put("completion", Said.COMPLETION_TOKENS)
                .put("cached", served.wire().tellsCachedTokens() ? Said.CACHED_TOKENS : 0);
        for (var scene : Scene.values()) {
            subject.withObject("/cues").put(scene.word(), scene.cue());
            subject.withObject("/scenes").set(scene.word(), Json.MAPPER.valueToTree(served.tellable(scene)));
        }
        for (var front : Front.values()) {
            var name = front.name().toLowerCase(Locale.ROOT);
            subject.withObject("/troubles").set(name, troubles(served.troubles(front, NODE)));
            subject.withObject("/cut").put(name, served.cut(front, NODE));
        }
        subject.withObject("/cues").put("cut", Scene.CUT);
        var vectors = subject.putArray("vectors");
        for (var i = 0; i < 2; i++) {
            vectors.add(Json.MAPPER.<ArrayNode>valueToTree(TaskWire.vector(i)));
        }
        return subject.put("transcript", TaskWire.TRANSCRIPT);
    }

    private static ArrayNode troubles(Stream<Served.Trouble> troubles) {
        var list = Json.MAPPER.createArrayNode();
        troubles.forEach(trouble -> list.addObject()
                .put("name", trouble.name())
                .put("cue", Scene.cue(trouble.fault()))
                .put("stream", trouble.stream())
                .put("model", trouble.model())
                .put("status", trouble.status())
                .put("code", trouble.code())
                .put("told", trouble.told()));
        return list;
    }
}
