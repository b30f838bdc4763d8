package io.dromedary.jobs.batch;

import io.dromedary.api.json.JsonText;
import io.dromedary.api.json.Members;
import io.dromedary.api.read.Cursor;
import io.dromedary.api.read.Faults;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of an input that is sound as far as a batch is concerned; whether its body is, its endpoint will tell.
 *
 * @param body the request
 * @param members of the body
 */
record BatchLine(String customId, String model, byte[] body, Members members) {
    private static final int LONGEST_ID = 512;

    /**
     * Reads a line.
     *
     * @param endpoint of its batch
     * @throws io.dromedary.api.error.RefusedException 400 with {@code param}
     */
    static BatchLine read(byte[] line, String endpoint) {
        try (var at = Cursor.open(line)) {
            return new Reader(at, endpoint).read();
        }
    }

    /** A member of the body is there and is not null. */
    boolean has(String member) {
        var index = members.find(member);
        return index >= 0 && body[members.valueStart(index)] != 'n';
    }

    /** The body with a member added, where it has none of that name. */
    byte[] bodyWith(String member, String value) {
        return has(member)
                ? body
                : members.edit(body).set(member, JsonText.quote(value)).toBytes();
    }

    private static final class Reader {
        private final Cursor at;
        private final String endpoint;
        private @Nullable String customId;
        private @Nullable String model;
        private @Nullable Members members;
        private byte[] body = {};
        private boolean method;
        private boolean url;

        Reader(Cursor at, String endpoint) {
            this.at = at;
            this.endpoint = endpoint;
        }

        BatchLine read() {
            at.beginObject();
            for (var name = at.member(); name != null; name = at.member()) {
                switch (name) {
                    case "custom_id" -> customId = at.text(LONGEST_ID);
                    case "method" -> {
                        at.oneOf(List.of("POST"));
                        method = true;
                    }
                    case "url" -> url();
                    case "body" -> body();
                    default -> at.skip();
                }
            }
            at.finish();
            return line();
        }

        private void url() {
            if (!at.text().equals(endpoint)) {
                throw Faults.at(
                        at.path(), "invalid_url", "Invalid '%s': it must be the batch's endpoint, " + endpoint + ".");
            }
            url = true;
        }

        private void body() {
            at.beginObject();
            var start = at.start();
            members = new Members(0);
            for (var name = at.name(); name != null; name = at.name()) {
                var nameStart = at.start() - start;
                at.value();
                var valueStart = at.start() - start;
                if (at.atNull()) {
                    at.skip();
                } else {
                    member(name);
                }
                members.add(name, nameStart, valueStart, at.end() - start);
            }
            members.close(at.start() - start);
            body = Arrays.copyOfRange(at.body(), start, at.end());
        }

        private void member(String name) {
            switch (name) {
                case "model" -> {
                    at.filled();
                    model = at.text();
                }
                case "stream", "deferred", "background" -> {
                    if (at.bool()) {
                        throw Faults.at(
                                at.path(),
                                "unsupported_value",
                                "Unsupported value for '%s': in a batch it cannot be true.");
                    }
                }
                default -> at.skip();
            }
        }

        private BatchLine line() {
            if (customId == null) {
                throw Faults.missing("custom_id");
            }
            if (!method) {
                throw Faults.missing("method");
            }
            if (!url) {
                throw Faults.missing("url");
            }
            if (members == null) {
                throw Faults.missing("body");
            }
            if (model == null) {
                throw Faults.missing("body.model");
            }
            return new BatchLine(customId, model, body, members);
        }
    }
}
