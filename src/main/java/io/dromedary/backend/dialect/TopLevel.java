package io.dromedary.backend.dialect;

import java.util.List;

/** Where the members stand that the gateway reads in an answer or a chunk of one. Reusable. */
final class TopLevel {
    /** One value by position. */
    static final class Span {
        private int start = JsonScan.BROKEN;
        private int end;

        private void set(ObjectScan member) {
            start = member.valueStart();
            end = member.valueEnd();
        }

        boolean isThere() {
            return start >= 0;
        }

        int start() {
            return start;
        }

        int end() {
            return end;
        }

        boolean is(byte[] text, String raw) {
            if (start < 0 || end - start != raw.length()) {
                return false;
            }
            for (var i = 0; i < raw.length(); i++) {
                if (text[start + i] != raw.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    final Span id = new Span();
    final Span object = new Span();
    final Span created = new Span();
    final Span model = new Span();
    final Span tier = new Span();
    final Span choices = new Span();
    final Span usage = new Span();
    final Span error = new Span();
    final Span groq = new Span();

    private final List<Span> spans = List.of(id, object, created, model, tier, choices, usage, error, groq);
    private final ObjectScan members = new ObjectScan();
    private int open;
    private boolean explained;

    /**
     * Reads one object.
     *
     * @param patch gets the cuts of what clients must not see: {@code "error": null}, and usage where it is hidden
     * @return where the object ends, or {@link JsonScan#BROKEN} where there is none at the start of {@code [start, end)}
     */
    int scan(byte[] text, int start, int end, Patch patch, boolean hideUsage) {
        for (var i = 0; i < spans.size(); i++) {
            spans.get(i).start = JsonScan.BROKEN;
        }
        explained = false;
        open = JsonScan.space(text, start, end);
        members.over(text, open, end);
        while (members.next()) {
            member(patch, hideUsage);
        }
        return members.end();
    }

    private void member(Patch patch, boolean hideUsage) {
        if (members.named("choices")) {
            choices.set(members);
        } else if (members.named("model")) {
            model.set(members);
        } else if (members.named("id")) {
            id.set(members);
        } else if (members.named("object")) {
            object.set(members);
        } else if (members.named("created")) {
            created.set(members);
        } else if (members.named("usage")) {
            usage.set(members);
            if (hideUsage) {
                members.cut(patch);
            }
        } else if (members.named("service_tier")) {
            tier.set(members);
        } else if (members.named("error")) {
            if (members.isNull()) {
                members.cut(patch);
            } else {
                error.set(members);
            }
        } else if (members.named("x_groq")) {
            groq.set(members);
        } else if (members.named("message") || members.named("detail")) {
            explained = true;
        }
    }

    /** Position behind the opening brace. */
    int firstMember() {
        return open + 1;
    }

    /** This is an error object, in whichever shape. */
    boolean isError(byte[] text) {
        return error.isThere() || object.is(text, "\"error\"") || (explained && !choices.isThere());
    }
}
