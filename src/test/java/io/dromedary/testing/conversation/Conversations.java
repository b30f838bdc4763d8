package io.dromedary.testing.conversation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.json.Json;
import io.dromedary.testing.conversation.Atom.Kind;
import io.dromedary.testing.conversation.Said.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Conversations out of a seeded generator: sound requests with tools, calls of several at once and their outputs, images,
 * files, reasoning, refusals and odd characters, each of them in some and not in others.
 */
public final class Conversations {
    private static final String[] DETAILS = {"low", "high", "auto"};
    private static final String PNG = "data:image/png;base64,";

    private final SplittableRandom random;
    private final Words words;
    private final List<Atom> atoms = new ArrayList<>();
    private final List<String> tools = new ArrayList<>();
    private final List<String> customTools = new ArrayList<>();
    private final ObjectNode request = Json.MAPPER.createObjectNode();
    private int calls;

    private Conversations(SplittableRandom random) {
        this.random = random;
        this.words = new Words(random);
    }

    /** One that a seed gives, always the same. */
    public static Conversation of(long seed) {
        return new Conversations(new SplittableRandom(seed)).conversation();
    }

    /** An answer that a model may give to it; the mark of none of its texts is in the conversation. */
    public static Said answer(long seed, Conversation to) {
        var made = new Conversations(new SplittableRandom(~seed));
        to.atoms().forEach(atom -> made.words.mark());
        to.request().path("tools").forEach(tool -> {
            if (tool.path("type").asText().equals("function")) {
                made.tools.add(tool.path("function").path("name").asText());
            }
        });
        return made.said();
    }

    private boolean oneIn(int number) {
        return random.nextInt(number) == 0;
    }

    private Conversation conversation() {
        request.put("model", "m");
        var messages = request.putArray("messages");
        if (!oneIn(3)) {
            tools();
        }
        if (oneIn(6)) {
            format();
        }
        var rich = !oneIn(3);
        if (oneIn(2)) {
            system(messages);
        }
        for (var turn = random.nextInt(4); turn >= 0; turn--) {
            user(messages, rich);
            if (turn > 0 || oneIn(3)) {
                assistant(messages, rich);
            }
            if (rich && oneIn(12)) {
                system(messages);
            }
        }
        if (messages.path(messages.size() - 1).path("role").asText().equals("assistant")) {
            user(messages, rich);
        }
        return new Conversation(request, List.copyOf(atoms));
    }

    private void add(Kind kind, String role, int message, String text, String path) {
        atoms.add(new Atom(kind, role, message, text, "", "", path));
    }

    private void tools() {
        var list = request.putArray("tools");
        for (var count = 1 + random.nextInt(3); count > 0; count--) {
            if (oneIn(25)) {
                customTool(list);
            } else {
                function(list);
            }
        }
        if (oneIn(4) && !tools.isEmpty()) {
            request.putObject("tool_choice")
                    .put("type", "function")
                    .putObject("function")
                    .put("name", tools.getLast());
        } else if (oneIn(3)) {
            request.put("tool_choice", oneIn(2) ? "auto" : "required");
        }
        if (oneIn(6)) {
            request.put("parallel_tool_calls", oneIn(2));
        }
    }

    private void function(ArrayNode list) {
        var path = "tools[" + list.size() + "].function";
        var name = "f-" + words.mark();
        var function = list.addObject().put("type", "function").putObject("function");
        function.put("name", name);
        tools.add(name);
        add(Kind.TOOL, "", -1, name, path + ".name");
        if (!oneIn(5)) {
            var description = words.text();
            function.put("description", description);
            add(Kind.DESCRIPTION, "", -1, description, path + ".description");
        }
        if (!oneIn(6)) {
            schema(function.putObject("parameters"), path + ".parameters");
        }
    }

    private void schema(ObjectNode schema, String path) {
        var name = "p_" + words.mark();
        var about = words.text();
        schema.put("type", "object")
                .putObject("properties")
                .putObject(name)
                .put("type", "string")
                .put("description", about);
        schema.putArray("required").add(name);
        schema.put("additionalProperties", false);
        add(Kind.PARAMETER, "", -1, name, path + ".properties");
        add(Kind.DESCRIPTION, "", -1, about, path + ".properties");
    }

    private void customTool(ArrayNode list) {
        var name = "c_" + words.mark();
        var custom = list.addObject().put("type", "custom").putObject("custom").put("name", name);
        add(Kind.TOOL, "", -1, name, "tools[" + (list.size() - 1) + "].custom.name");
        var description = words.text();
        custom.put("description", description);
        add(Kind.DESCRIPTION, "", -1, description, "tools[" + (list.size() - 1) + "].custom.description");
        customTools.add(name);
    }

    private void format() {
        var format = request.putObject("response_format").put("type", "json_schema");
        var declared = format.putObject("json_schema").put("name", "answer").put("strict", true);
        schema(declared.putObject("schema"), "response_format.json_schema.schema");
    }

    private void system(ArrayNode messages) {
        var at = messages.size();
        var text = words.text();
        messages.addObject().put("role", oneIn(3) ? "developer" : "system").put("content", text);
        add(Kind.TEXT, "system", at, text, "messages[" + at + "].content");
    }

    private void user(ArrayNode messages, boolean rich) {
        var path = "messages[" + messages.size() + "]";
        var at = messages.size();
        var message = messages.addObject().put("role", "user");
        if (rich && oneIn(12)) {
            var name = "n_" + words.mark();
            message.put("name", name);
            add(Kind.SPEAKER, "user", at, name, path + ".name");
        }
        if (!rich || oneIn(2)) {
            var text = words.text();
            message.put("content", text);
            add(Kind.TEXT, "user", at, text, path + ".content");
            return;
        }
        var parts = message.putArray("content");
        for (var count = 1 + random.nextInt(4); count > 0; count--) {
            part(parts, at, path + ".content[" + parts.size() + "]");
        }
    }

    private void part(ArrayNode parts, int at, String path) {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> image(parts, at, path);
            case 4 -> {
                if (oneIn(4)) {
                    var audio = words.base64();
                    parts.addObject()
                            .put("type", "input_audio")
                            .putObject("input_audio")
                            .put("data", audio)
                            .put("format", "wav");
                    add(Kind.AUDIO, "user", at, audio, path);
                }
                text(parts, at, path);
            }
            case 5 -> {
                if (oneIn(3)) {
                    file(parts, at, path);
                } else {
                    text(parts, at, path);
                }
            }
            default -> text(parts, at, path);
        }
    }

    private void text(ArrayNode parts, int at, String path) {
        var text = words.text();
        parts.addObject().put("type", "text").put("text", text);
        add(Kind.TEXT, "user", at, text, path);
    }

    private void image(ArrayNode parts, int at, String path) {
        var inline = !oneIn(3);
        var source = inline ? words.base64() : "https://images.example/" + words.mark() + ".png";
        var image = parts.addObject().put("type", "image_url").putObject("image_url");
        image.put("url", inline ? PNG + source : source);
        add(Kind.IMAGE, "user", at, source, path);
        if (oneIn(5)) {
            var detail = DETAILS[random.nextInt(DETAILS.length)];
            image.put("detail", detail);
            // to leave it to the backend is what it does unasked
            if (!detail.equals("auto")) {
                add(Kind.DETAIL, "user", at, detail, path + ".image_url.detail");
            }
        }
    }

    private void file(ArrayNode parts, int at, String path) {
        var content = words.base64();
        var name = words.mark();
        parts.addObject()
                .put("type", "file")
                .putObject("file")
                .put("filename", name + ".pdf")
                .put("file_data", "data:application/pdf;base64," + content);
        add(Kind.FILE, "user", at, content, path);
        add(Kind.FILE_NAME, "user", at, name, path + ".file.filename");
    }

    private void assistant(ArrayNode messages, boolean rich) {
        var said = rich ? said() : Said.text(words.text());
        append(messages, atoms, said);
        outputs(messages, said);
        if (!said.calls().isEmpty() && oneIn(2)) {
            append(messages, atoms, Said.text(words.text()));
        }
    }

    private void outputs(ArrayNode messages, Said said) {
        for (var call : said.calls()) {
            var text = words.text();
            output(messages, atoms, call, text);
        }
    }

    private static void output(ArrayNode messages, List<Atom> atoms, Call call, String text) {
        var at = messages.size();
        messages.addObject().put("role", "tool").put("tool_call_id", call.id()).put("content", text);
        atoms.add(new Atom(Kind.OUTPUT, "tool", at, text, "", call.id(), "messages[" + at + "].content"));
    }

    /** An answer with one thing or several. */
    private Said said() {
        var reasoning = oneIn(3) ? words.text() : "";
        var signature = !reasoning.isEmpty() && oneIn(2) ? words.base64() : "";
        if (oneIn(10)) {
            return new Said(reasoning, signature, "", words.text(), List.of());
        }
        var called = new ArrayList<Call>();
        if (!tools.isEmpty() && oneIn(2)) {
            for (var count = 1 + (oneIn(2) ? 0 : random.nextInt(3)); count > 0; count--) {
                called.add(call());
            }
        }
        var text = called.isEmpty() || oneIn(3) ? words.text() : "";
        return new Said(reasoning, signature, text, "", List.copyOf(called));
    }

    private Call call() {
        var arguments = Json.MAPPER.createObjectNode();
        arguments.put("p", words.text()).put("n", random.nextInt(1000));
        arguments.putArray("list").add(1.5).addNull().add(true).addObject().put("é", "🦙");
        return new Call(
                "call_" + calls++ + Long.toString(random.nextLong(1L << 40), 36),
                tools.get(random.nextInt(tools.size())),
                arguments.toString());
    }

    /** The conversation with an answer behind it, with outputs for its calls, and another word of the user's. */
    public static Conversation continued(Conversation conversation, Said said) {
        var request = conversation.request().deepCopy();
        var atoms = new ArrayList<>(conversation.atoms());
        var messages = (ArrayNode) request.path("messages");
        append(messages, atoms, said);
        for (var call : said.calls()) {
            output(messages, atoms, call, "m0k" + (900_000 + messages.size()) + "k0m");
        }
        messages.addObject().put("role", "user").put("content", "go on");
        return new Conversation(request, List.copyOf(atoms));
    }

    private static void append(ArrayNode messages, List<Atom> atoms, Said said) {
        var at = messages.size();
        messages.add(said.message());
        said.atoms(at, atoms);
    }
}
