package io.dromedary.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every shelf keeps to, wherever its cache is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ShelfContract {
    private static final int MANY = 24;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MOMENT = Duration.ofMillis(40);
    private static final AtomicInteger KEYS = new AtomicInteger();

    private final String key = getClass().getSimpleName() + "-";
    private Store store;
    private Shelf<String> shelf;

    /** A store of its own, for which the shelves of others do not matter. */
    abstract Store open() throws Exception;

    abstract ShelfName name();

    @BeforeAll
    void fill() throws Exception {
        store = open();
        shelf = store.shelf(name(), Texts.CODEC);
    }

    @AfterAll
    void empty() {
        store.close();
    }

    @Test
    void what_was_never_put_is_not_there() {
        assertThat(done(shelf.get(key()))).isNull();
    }

    @Test
    void what_was_put_is_there() {
        var key = key();
        assertThat(done(shelf.putIfAbsent(key, "one", HOUR))).isTrue();
        assertThat(held(shelf, key).value()).isEqualTo("one");
    }

    @Test
    void what_was_put_as_new_is_there_as_anything_else() {
        var key = key();
        assertThat(done(shelf.putNew(key, "one", HOUR))).isTrue();
        var held = held(shelf, key);
        assertThat(held.value()).isEqualTo("one");
        assertThat(done(shelf.putIfAbsent(key, "two", HOUR))).isFalse();
        assertThat(done(shelf.replace(key, held, "two", HOUR))).isTrue();
        assertThat(done(shelf.remove(key, held(shelf, key)))).isTrue();
    }

    @Test
    void what_was_put_as_new_outlives_its_lifespan_no_more_than_anything_else() {
        var key = key();
        assertThat(done(shelf.putNew(key, "one", MOMENT))).isTrue();
        await().until(() -> done(shelf.get(key)) == null);
    }

    @Test
    void of_many_keys_those_are_found_that_are_there() {
        var one = put("one");
        var two = put("two");
        var gone = put("gone");
        assertThat(done(shelf.remove(gone, held(shelf, gone)))).isTrue();
        var found = done(shelf.getAll(List.of(two, key(), one, gone, one)));
        assertThat(found).containsOnlyKeys(one, two);
        assertThat(found.get(one)).isEqualTo(held(shelf, one));
        assertThat(done(shelf.replace(two, Objects.requireNonNull(found.get(two)), "three", HOUR)))
                .isTrue();
    }

    @Test
    void of_no_keys_none_is_found() {
        assertThat(done(shelf.getAll(List.of()))).isEmpty();
        assertThat(done(shelf.getAll(List.of(key(), key())))).isEmpty();
    }

    @Test
    void a_thousand_keys_are_found_at_once() {
        var keys = IntStream.range(0, 1000).mapToObj(i -> put("value " + i)).toList();
        var found = done(shelf.getAll(keys));
        assertThat(found).hasSize(1000);
        for (var i = 0; i < 1000; i++) {
            assertThat(Objects.requireNonNull(found.get(keys.get(i))).value()).isEqualTo("value " + i);
        }
    }

    @Test
    void what_has_outlived_its_lifespan_is_not_among_many() {
        var lasting = put("one");
        var fleeting = key();
        assertThat(done(shelf.putIfAbsent(fleeting, "two", MOMENT))).isTrue();
        await().until(() -> done(shelf.getAll(List.of(fleeting, lasting))).size() == 1);
    }

    @Test
    void one_of_many_that_cannot_be_read_fails_with_its_key() {
        var key = put("one");
        assertThat(failure(store.shelf(name(), Texts.UNREADABLE).getAll(List.of(key))))
                .hasMessageContaining(key)
                .hasMessageContaining(name().toString())
                .hasMessageContaining("no known version");
    }

    @Test
    void the_keys_of_all_that_is_there_are_listed() {
        var keys = IntStream.range(0, 1000).mapToObj(i -> put("value " + i)).toList();
        var gone = put("gone");
        assertThat(done(shelf.remove(gone, held(shelf, gone)))).isTrue();
        var fleeting = key();
        assertThat(done(shelf.putIfAbsent(fleeting, "one", MOMENT))).isTrue();
        await().until(() -> done(shelf.get(fleeting)) == null);
        assertThat(done(shelf.keys())).containsAll(keys).doesNotContain(gone, fleeting, key());
    }

    @Test
    void listed_keys_are_those_of_this_shelf() {
        var key = put("one");
        for (var other : List.of(ShelfName.JOBS, ShelfName.FILES)) {
            assertThat(done(store.shelf(other, Texts.CODEC).keys())).doesNotContain(key);
        }
    }

    @Test
    void what_is_there_is_not_put_again() {
        var key = put("one");
        assertThat(done(shelf.putIfAbsent(key, "two", HOUR))).isFalse();
        assertThat(held(shelf, key).value()).isEqualTo("one");
    }

    @Test
    void a_replacement_needs_what_is_there() {
        var key = put("one");
        var old = held(shelf, key);
        assertThat(done(shelf.replace(key, new Held<>("other", Texts.CODEC.encode("other")), "two", HOUR)))
                .isFalse();
        assertThat(done(shelf.replace(key, old, "two", HOUR))).isTrue();
        assertThat(done(shelf.replace(key, old, "three", HOUR))).isFalse();
        assertThat(held(shelf, key).value()).isEqualTo("two");
    }

    @Test
    void nothing_is_not_replaced() {
        var key = key();
        assertThat(done(shelf.replace(key, new Held<>("one", Texts.CODEC.encode("one")), "two", HOUR)))
                .isFalse();
        assertThat(done(shelf.get(key))).isNull();
    }

    @Test
    void a_removal_needs_what_is_there() {
        var key = put("one");
        var old = held(shelf, key);
        assertThat(done(shelf.replace(key, old, "two", HOUR))).isTrue();
        assertThat(done(shelf.remove(key, old))).isFalse();
        assertThat(done(shelf.remove(key, held(shelf, key)))).isTrue();
        assertThat(done(shelf.get(key))).isNull();
    }

    @Test
    void what_was_removed_can_be_put_again() {
        var key = put("one");
        assertThat(done(shelf.remove(key, held(shelf, key)))).isTrue();
        assertThat(done(shelf.putIfAbsent(key, "two", HOUR))).isTrue();
        assertThat(held(shelf, key).value()).isEqualTo("two");
    }

    @Test
    void of_many_who_put_one_wins() throws Exception {
        var key = key();
        assertThat(race(i -> shelf.putIfAbsent(key, "by " + i, HOUR))).containsOnlyOnce(true);
    }

    @Test
    void of_many_who_replace_one_wins_and_its_value_is_there() throws Exception {
        var key = put("one");
        var old = held(shelf, key);
        var won = race(i -> shelf.replace(key, old, "by " + i, HOUR));
        assertThat(won).containsOnlyOnce(true);
        assertThat(held(shelf, key).value()).isEqualTo("by " + won.indexOf(true));
    }

    @Test
    void of_many_who_remove_one_wins() throws Exception {
        var key = put("one");
        var old = held(shelf, key);
        assertThat(race(i -> shelf.remove(key, old))).containsOnlyOnce(true);
    }

    @Test
    void of_one_who_removes_and_many_who_replace_one_wins() throws Exception {
        var key = put("one");
        var old = held(shelf, key);
        assertThat(race(i -> i == MANY / 2 ? shelf.remove(key, old) : shelf.replace(key, old, "by " + i, HOUR)))
                .containsOnlyOnce(true);
    }

    @Test
    void many_who_count_lose_no_count() throws Exception {
        var key = put("0");
        race(i -> counted(key));
        assertThat(held(shelf, key).value()).isEqualTo(Integer.toString(MANY));
    }

    @Test
    void what_has_outlived_its_lifespan_is_gone_and_its_place_is_free() {
        var key = key();
        assertThat(done(shelf.putIfAbsent(key, "one", MOMENT))).isTrue();
        await().until(() -> done(shelf.get(key)) == null);
        assertThat(done(shelf.putIfAbsent(key, "two", HOUR))).isTrue();
    }

    @Test
    void a_replacement_has_a_lifespan_of_its_own() {
        var key = put("one");
        assertThat(done(shelf.replace(key, held(shelf, key), "two", MOMENT))).isTrue();
        await().until(() -> done(shelf.get(key)) == null);
    }

    @Test
    void a_lifespan_of_nothing_ends() {
        var key = key();
        assertThat(done(shelf.putIfAbsent(key, "one", Duration.ZERO))).isTrue();
        await().until(() -> done(shelf.get(key)) == null);
        assertThat(done(shelf.putIfAbsent(key, "two", Duration.ofSeconds(-1)))).isTrue();
        await().until(() -> done(shelf.get(key)) == null);
    }

    @Test
    void a_lifespan_of_a_year_is_not_taken_for_a_date() {
        var key = key();
        assertThat(done(shelf.putIfAbsent(key, "one", Duration.ofDays(366)))).isTrue();
        assertThat(held(shelf, key).value()).isEqualTo("one");
    }

    @Test
    void any_text_comes_back_as_it_was() {
        var text = "\u0000 \" \\ \u00fc \u6c34 \ud83d\udc2a \u200f\u202e \n\r\t";
        var key = key() + "\u6c34/\ud83d\udc2a";
        assertThat(done(shelf.putIfAbsent(key, text, HOUR))).isTrue();
        var held = held(shelf, key);
        assertThat(held.value()).isEqualTo(text);
        assertThat(done(shelf.replace(key, held, "two", HOUR))).isTrue();
    }

    @Test
    void five_megabytes_come_back_and_compare() {
        var text = "\u00fc".repeat(2_500_000);
        var key = key();
        assertThat(done(shelf.putIfAbsent(key, text, HOUR))).isTrue();
        var held = held(shelf, key);
        assertThat(held.value().equals(text)).isTrue();
        assertThat(done(shelf.replace(key, held, text + "!", HOUR))).isTrue();
        assertThat(done(shelf.replace(key, held, "two", HOUR))).isFalse();
        assertThat(held(shelf, key).value()).hasSize(text.length() + 1);
    }

    @Test
    void what_cannot_be_read_fails_with_the_shelf_and_the_key() {
        var key = put("one");
        assertThat(failure(store.shelf(name(), Texts.UNREADABLE).get(key)))
                .hasMessageContaining(key)
                .hasMessageContaining(name().toString())
                .hasMessageContaining("no known version");
    }

    @Test
    void what_cannot_be_written_fails_and_is_not_there() {
        var key = key();
        assertThat(failure(store.shelf(name(), Texts.UNWRITABLE).putIfAbsent(key, "one", HOUR)))
                .hasMessageContaining(key)
                .hasMessageContaining("no text");
        assertThat(done(shelf.get(key))).isNull();
    }

    @Test
    void shelves_do_not_share_keys() {
        var key = put("one");
        for (var other : ShelfName.values()) {
            if (!other.durable() && !store.shared()) {
                continue;
            }
            assertThat(done(store.shelf(other, Texts.CODEC).get(key)) != null)
                    .as(other.toString())
                    .isEqualTo(other == name());
        }
    }

    @Test
    void stores_that_are_closed_fail() throws Exception {
        var another = open();
        var closed = another.shelf(name(), Texts.CODEC);
        another.close();
        another.close();
        var key = key();
        var held = new Held<>("one", "one");
        assertThat(List.of(
                        failure(closed.get(key)),
                        failure(closed.getAll(List.of(key))),
                        failure(closed.keys()),
                        failure(closed.putIfAbsent(key, "one", HOUR)),
                        failure(closed.replace(key, held, "two", HOUR)),
                        failure(closed.remove(key, held))))
                .allSatisfy(failure -> assertThat(failure).hasMessageContaining("closed"));
    }

    /** Adds one to the number that is there, however often it takes. */
    private CompletionStage<Boolean> counted(String key) {
        for (; ; ) {
            var held = held(shelf, key);
            if (done(shelf.replace(key, held, Integer.toString(Integer.parseInt(held.value()) + 1), HOUR))) {
                return CompletableFuture.completedStage(true);
            }
        }
    }

    private List<Boolean> race(IntFunction<CompletionStage<Boolean>> move) throws Exception {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(MANY)) {
            var moves = IntStream.range(0, MANY)
                    .mapToObj(i -> threads.submit(() -> {
                        start.await();
                        return done(move.apply(i));
                    }))
                    .toList();
            start.countDown();
            var won = new ArrayList<Boolean>();
            for (var each : moves) {
                won.add(each.get());
            }
            return won;
        }
    }

    private String put(String value) {
        var key = key();
        assertThat(done(shelf.putIfAbsent(key, value, HOUR))).isTrue();
        return key;
    }

    private String key() {
        return key + KEYS.incrementAndGet();
    }

    static <T extends @Nullable Object> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** What is there, where something must be. */
    static <T> Held<T> held(Shelf<T> shelf, String key) {
        return Objects.requireNonNull(done(shelf.get(key)));
    }

    static StoreException failure(CompletionStage<?> stage) {
        // as a listener sees it, which is not wrapped
        var seen = stage.<@Nullable Throwable>handle((value, failed) -> failed)
                .toCompletableFuture()
                .join();
        assertThat(seen).isInstanceOf(StoreException.class);
        return (StoreException) seen;
    }
}
