package io.dromedary.api.chat;

import io.dromedary.api.Media;
import io.dromedary.api.chat.Role.Extras;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import org.jspecify.annotations.Nullable;

/** {@code messages}: an array of them, or one string, which stands for one message of the user. */
final class MessagesCheck {
    private final Cursor at;
    private final Parts parts;
    private boolean asText;
    private boolean developerRole;
    private boolean contentWithToolCalls;
    private boolean prefill;

    MessagesCheck(Cursor at) {
        this.at = at;
        this.parts = new Parts(at);
    }

    void read() {
        if (at.atString()) {
            at.filled();
            asText = true;
            return;
        }
        at.beginArray("an array of messages or a string");
        var count = 0;
        while (at.element()) {
            message();
            count++;
        }
        if (count == 0) {
            throw Faults.emptyArray(at.path());
        }
    }

    private void message() {
        @Nullable Role role = null;
        var content = false;
        var extras = 0;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "role" -> role = Role.named(at.oneOf(Role.NAMES));
                case "content" -> {
                    parts.read();
                    content = true;
                }
                default -> extras |= extra(name);
            }
        }
        if (role == null) {
            throw Faults.missing(at.path("role"));
        }
        verify(role, content, extras);
        developerRole |= role == Role.DEVELOPER;
        contentWithToolCalls |= content && (extras & Extras.TOOL_CALLS) != 0;
        prefill = role == Role.ASSISTANT && (extras & (Extras.TOOL_CALLS | Extras.FUNCTION_CALL)) == 0;
    }

    /** Takes one member other than role and content; gives its bit, 0 where the contract does not know it. */
    private int extra(String name) {
        return switch (name) {
            case "name" -> {
                at.filled();
                yield Extras.NAME;
            }
            case "tool_calls" -> {
                // some servers answer with an empty list, and clients send the answer back as it was
                yield ToolCallsCheck.read(at) > 0 ? Extras.TOOL_CALLS : 0;
            }
            case "tool_call_id" -> {
                at.filled();
                yield Extras.TOOL_CALL_ID;
            }
            case "function_call" -> {
                ToolCallsCheck.call(at, "arguments");
                yield Extras.FUNCTION_CALL;
            }
            case "refusal" -> {
                at.string();
                yield Extras.REFUSAL;
            }
            case "audio" -> {
                earlierAudio();
                yield Extras.AUDIO;
            }
            case "reasoning_content" -> {
                at.string();
                yield Extras.REASONING;
            }
            default -> {
                at.skip();
                yield 0;
            }
        };
    }

    private void verify(Role role, boolean content, int extras) {
        var forbidden = extras & ~role.extras;
        if (forbidden != 0) {
            throw Faults.at(
                    at.path(Extras.name(forbidden)),
                    "invalid_value",
                    "'%s' does not go with the role '" + role.wireName + "'.");
        }
        var lacking = role.required & ~extras;
        if (lacking != 0) {
            throw Faults.missing(at.path(Extras.name(lacking)));
        }
        if (content) {
            parts.verify(role.parts, "content", "a message of the role '" + role.wireName + "'");
        } else if (!role.mayBeSilent(extras)) {
            throw Faults.missing(at.path("content"));
        }
    }

    /** An audio answer that the model gave before, by its id. */
    private void earlierAudio() {
        var identified = false;
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            switch (name) {
                case "id" -> {
                    at.filled();
                    identified = true;
                }
                default -> at.skip();
            }
        }
        if (!identified) {
            throw Faults.missing(at.path("id"));
        }
    }

    boolean asText() {
        return asText;
    }

    /** Some message has a part of this kind. */
    boolean has(int kind) {
        return parts.seen(kind);
    }

    /** What the messages hold beside text. */
    Media media() {
        return parts.seenMedia();
    }

    boolean developerRole() {
        return developerRole;
    }

    boolean contentWithToolCalls() {
        return contentWithToolCalls;
    }

    /** The last message is the assistant's, with text to be continued. */
    boolean prefill() {
        return prefill;
    }
}
