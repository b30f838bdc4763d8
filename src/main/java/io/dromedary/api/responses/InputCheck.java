package io.dromedary.api.responses;

import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Items: {@code input} of a response, or the items that are put into a conversation. What an item must have is decided
 * when all of it has been read, for its type may stand last.
 *
 * <p>The members of types that are not known here are left alone: whether such an item can be used is decided elsewhere,
 * and for all of them in one place.
 */
public final class InputCheck {
    private static final int MAX_CALL_ID = 64;
    private static final List<String> STATUSES = List.of("in_progress", "completed", "incomplete");
    private static final List<String> ROLES = List.of("user", "assistant", "system", "developer");
    private static final List<String> PHASES = List.of("commentary", "final_answer");
    private static final int TEXTS = PartKinds.INPUT_TEXT | PartKinds.OUTPUT_TEXT;
    private static final int INPUTS = PartKinds.INPUT_TEXT | PartKinds.IMAGE | PartKinds.FILE;

    private final Cursor at;
    private final PartKinds content;
    private final PartKinds output;
    private final PartKinds summary;

    public InputCheck(Cursor at) {
        this.at = at;
        this.content = new PartKinds(at);
        this.output = new PartKinds(at);
        this.summary = new PartKinds(at);
    }

    /** Takes a text, or items. */
    void read() {
        if (at.atString()) {
            at.string(ResponseRequestReader.LONGEST_TEXT);
        } else {
            items("a string or an array of input items");
        }
    }

    /**
     * Takes an array of items.
     *
     * @param expected what else may stand here, for the message
     * @return how many there are
     * @throws io.dromedary.api.error.RefusedException 400 with the path of what is wrong
     */
    public int items(String expected) {
        at.beginArray(expected);
        var count = 0;
        while (at.element()) {
            item();
            count++;
        }
        return count;
    }

    private void item() {
        var item = new Met();
        at.beginObject();
        for (var name = at.member(); name != null; name = at.member()) {
            if (name.equals("type")) {
                item.type = at.text();
            } else if (item.type == null || ItemType.ALL.contains(item.type)) {
                member(name, item);
            } else {
                at.skip();
            }
        }
        verify(item);
    }

    private void member(String name, Met item) {
        switch (name) {
            case "role" -> item.role = at.oneOf(ROLES);
            case "content" -> content(item);
            case "status" -> at.oneOf(STATUSES);
            case "phase" -> at.oneOf(PHASES);
            case "id" -> {
                at.filled();
                item.add(Met.ID);
            }
            case "call_id" -> {
                at.text(MAX_CALL_ID);
                item.add(Met.CALL_ID);
            }
            case "name" -> {
                at.filled();
                item.add(Met.NAME);
            }
            case "arguments" -> {
                encoded();
                item.add(Met.ARGUMENTS);
            }
            case "input" -> {
                encoded();
                item.add(Met.INPUT);
            }
            case "output" -> {
                output(item);
                item.add(Met.OUTPUT);
            }
            case "summary" -> {
                summary.read("an array of summary parts");
                item.add(Met.SUMMARY);
            }
            case "encrypted_content" -> {
                at.filled();
                item.add(Met.ENCRYPTED);
            }
            default -> at.skip();
        }
    }

    private void encoded() {
        if (at.atObject()) {
            throw at.wrongType("a string (encode the object as a string of JSON)");
        }
        at.string();
    }

    private void content(Met item) {
        item.add(Met.CONTENT);
        if (at.atString()) {
            at.string(ResponseRequestReader.LONGEST_TEXT);
            item.textOnly = true;
        } else {
            item.contentParts = content.read("a string or an array of content parts");
        }
    }

    private void output(Met item) {
        if (at.atString()) {
            at.string(ResponseRequestReader.LONGEST_TEXT);
        } else {
            item.outputParts = output.read("a string or an array of content parts");
        }
    }

    private void verify(Met item) {
        var type = item.type == null ? guessed(item) : item.type;
        switch (type) {
            case ItemType.MESSAGE -> message(item);
            case ItemType.FUNCTION_CALL -> need(item, Met.CALL_ID | Met.NAME | Met.ARGUMENTS);
            case ItemType.CUSTOM_CALL -> need(item, Met.CALL_ID | Met.NAME | Met.INPUT);
            case ItemType.FUNCTION_CALL_OUTPUT, ItemType.CUSTOM_CALL_OUTPUT -> {
                need(item, Met.CALL_ID | Met.OUTPUT);
                if (item.outputParts >= 0) {
                    output.verify(INPUTS, "output");
                }
            }
            case ItemType.REASONING -> reasoning(item);
            case ItemType.REFERENCE -> need(item, Met.ID);
            case ItemType.COMPACTION -> need(item, Met.ENCRYPTED);
            default -> {}
        }
    }

    /** An item without a type is a message if it has a role, and a reference if it has an id and nothing else. */
    private String guessed(Met item) {
        if (item.role != null || item.has(Met.CONTENT)) {
            return ItemType.MESSAGE;
        }
        if (item.members == Met.ID) {
            return ItemType.REFERENCE;
        }
        throw Faults.missing(at.path("type"));
    }

    private void message(Met item) {
        if (item.role == null) {
            throw Faults.missing(at.path("role"));
        }
        need(item, Met.CONTENT);
        if (item.textOnly) {
            return;
        }
        // an answer that ended before its first word comes back like that
        if (item.contentParts == 0 && !item.role.equals("assistant")) {
            throw Faults.emptyArray(at.path("content"));
        }
        var allowed = switch (item.role) {
            case "user" -> TEXTS | INPUTS;
            case "assistant" -> TEXTS | PartKinds.REFUSAL;
            default -> TEXTS;
        };
        content.verify(allowed, "content");
    }

    private void reasoning(Met item) {
        need(item, Met.SUMMARY);
        summary.verify(PartKinds.SUMMARY, "summary");
        if (item.textOnly) {
            throw Faults.wrongType(at.path("content"), "an array of content parts", "a string");
        }
        if (item.has(Met.CONTENT)) {
            content.verify(PartKinds.REASONING, "content");
        }
    }

    private void need(Met item, int members) {
        var lacking = members & ~item.members;
        if (lacking != 0) {
            throw Faults.missing(at.path(Met.NAMES.get(Integer.numberOfTrailingZeros(lacking))));
        }
    }

    /** What one item has, as far as it has been read. */
    private static final class Met {
        static final int ID = 1;
        static final int CALL_ID = 2;
        static final int NAME = 4;
        static final int ARGUMENTS = 8;
        static final int INPUT = 16;
        static final int OUTPUT = 32;
        static final int SUMMARY = 64;
        static final int ENCRYPTED = 128;
        static final int CONTENT = 256;

        /** In the order of the bits. */
        static final List<String> NAMES = List.of(
                "id", "call_id", "name", "arguments", "input", "output", "summary", "encrypted_content", "content");

        @Nullable
        String type;

        @Nullable
        String role;

        int members;
        boolean textOnly;
        int contentParts;
        int outputParts = -1;

        void add(int member) {
            members |= member;
        }

        boolean has(int member) {
            return (members & member) != 0;
        }
    }
}
