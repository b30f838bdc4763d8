package io.dromedary.observe;

import io.dromedary.api.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The page at {@code /} of the management port. Loads nothing from elsewhere; reads health and metrics every few seconds. */
public final class Console {
    private final byte[] html;

    public Console() {
        try (var page = Console.class.getResourceAsStream("console.html")) {
            html = Objects.requireNonNull(page, "console.html is missing from the class path")
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Reply.Whole page() {
        return new Reply.Whole(200, "text/html; charset=utf-8", html);
    }
}
