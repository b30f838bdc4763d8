package io.dromedary.responses;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class InTurnTest {
    private final InTurn changes = new InTurn();
    private final List<String> begun = new ArrayList<>();

    @Test
    void a_change_begins_when_the_one_before_it_has_ended_well_or_not() {
        var first = new CompletableFuture<String>();
        var second = new CompletableFuture<String>();
        var told = List.of(
                changes.start("key", change("first", first)).toCompletableFuture(),
                changes.start("key", change("second", second)).toCompletableFuture(),
                changes.start("key", change("third", CompletableFuture.completedFuture("3")))
                        .toCompletableFuture());
        assertThat(begun).containsExactly("first");
        first.completeExceptionally(new IllegalStateException("no"));
        assertThat(begun).containsExactly("first", "second");
        assertThat(told.get(0)).isCompletedExceptionally();
        second.complete("2");
        assertThat(begun).containsExactly("first", "second", "third");
        assertThat(told.get(2)).isCompletedWithValue("3");
        assertThat(changes.busy()).isZero();
    }

    @Test
    void changes_to_different_things_do_not_wait_for_each_other() {
        changes.start("one", change("one", new CompletableFuture<>()));
        changes.start("other", change("other", new CompletableFuture<>()));
        assertThat(begun).containsExactly("one", "other");
        assertThat(changes.busy()).isEqualTo(2);
    }

    @Test
    void a_change_that_throws_fails_and_the_next_one_begins() {
        var thrown = changes.<String>start("key", () -> {
            throw new IllegalStateException("no");
        });
        assertThat(thrown.toCompletableFuture()).isCompletedExceptionally();
        changes.start("key", change("next", CompletableFuture.completedFuture("1")));
        assertThat(begun).containsExactly("next");
    }

    @Test
    void whoever_was_told_cannot_let_the_next_one_begin_too_early() {
        changes.start("key", change("first", new CompletableFuture<>()))
                .toCompletableFuture()
                .complete("not yet");
        changes.start("key", change("second", new CompletableFuture<>()));
        assertThat(begun).containsExactly("first");
    }

    @Test
    void a_long_line_needs_no_deep_stack() {
        var first = new CompletableFuture<String>();
        changes.start("key", change("first", first));
        for (var i = 0; i < 100_000; i++) {
            changes.start("key", change("next", CompletableFuture.completedFuture("1")));
        }
        first.complete("1");
        assertThat(begun).hasSize(100_001);
        assertThat(changes.busy()).isZero();
    }

    private Supplier<CompletionStage<String>> change(String name, CompletableFuture<String> ends) {
        return () -> {
            begun.add(name);
            return ends;
        };
    }
}
