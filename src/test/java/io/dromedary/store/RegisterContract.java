package io.dromedary.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.dromedary.api.Ids;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every register keeps to, wherever its cache is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RegisterContract {
    /** Several blocks, the last one not full. */
    private static final int MANY = 3 * BlockRegister.FULL + 10;

    private static final AtomicInteger OWNERS = new AtomicInteger();

    private Store store;
    private Store another;

    /** The store of another gateway, or the same one again where there is only one. */
    abstract Store open() throws Exception;

    @BeforeAll
    void fill() throws Exception {
        store = open();
        another = open();
    }

    @AfterAll
    void empty() {
        store.close();
        another.close();
    }

    private static Register of(Store store, int seed) {
        return Register.in(
                store, Ids.random(new SplittableRandom(seed), InstantSource.system()), () -> Duration.ofDays(40));
    }

    private static String owner() {
        return "owner " + OWNERS.incrementAndGet();
    }

    private static List<String> page(
            Register register, String owner, @Nullable String after, int most, boolean newestFirst) {
        return register.page(owner, after, most, newestFirst)
                .toCompletableFuture()
                .join();
    }

    private static void enter(Register register, String owner, String id) {
        register.enter(owner, id).toCompletableFuture().join();
    }

    @Test
    void an_owner_that_nobody_knows_has_nothing() {
        assertThat(page(of(store, 1), owner(), null, 10, true)).isEmpty();
        assertThat(page(of(store, 1), owner(), "x", 10, false)).isEmpty();
    }

    @Test
    void ids_come_in_the_order_in_which_they_were_entered_or_in_the_reverse_of_it() {
        var register = of(store, 1);
        var owner = owner();
        var all = IntStream.range(0, MANY).mapToObj(i -> "id " + i).toList();
        all.forEach(id -> enter(register, owner, id));
        assertThat(page(register, owner, null, MANY + 1, false)).isEqualTo(all);
        assertThat(page(register, owner, null, MANY + 1, true)).isEqualTo(all.reversed());
        assertThat(page(of(another, 2), owner, null, 7, true))
                .isEqualTo(all.reversed().subList(0, 7));
    }

    @Test
    void a_page_begins_after_an_id_wherever_that_is() {
        var register = of(store, 1);
        var owner = owner();
        var all = IntStream.range(0, MANY).mapToObj(i -> "id " + i).toList();
        all.forEach(id -> enter(register, owner, id));
        for (var newestFirst : List.of(true, false)) {
            var ordered = newestFirst ? all.reversed() : all;
            for (var at : List.of(0, 1, 255, 256, 257, 700, MANY - 2)) {
                assertThat(page(register, owner, ordered.get(at), 300, newestFirst))
                        .as("after the one at " + at)
                        .isEqualTo(ordered.subList(at + 1, Math.min(MANY, at + 301)));
            }
            assertThat(page(register, owner, ordered.getLast(), 300, newestFirst))
                    .isEmpty();
        }
    }

    @Test
    void nothing_comes_after_an_id_that_was_never_entered() {
        var register = of(store, 1);
        var owner = owner();
        enter(register, owner, "one");
        assertThat(page(register, owner, "two", 10, true)).isEmpty();
    }

    @Test
    void owners_do_not_see_each_other() {
        var register = of(store, 1);
        var owner = owner();
        enter(register, owner, "mine");
        assertThat(page(register, owner + "/", null, 10, true)).isEmpty();
    }

    @Test
    void of_many_that_are_entered_at_once_by_two_gateways_none_is_lost_and_none_is_twice() {
        var owner = owner();
        var registers = List.of(of(store, 1), of(another, 2));
        var entered = new ArrayList<CompletableFuture<Void>>();
        for (var i = 0; i < 2 * MANY; i++) {
            entered.add(registers.get(i % 2).enter(owner, "id " + i).toCompletableFuture());
        }
        CompletableFuture.allOf(entered.toArray(CompletableFuture<?>[]::new)).join();
        var all = page(registers.getFirst(), owner, null, 3 * MANY, false);
        assertThat(all).hasSize(2 * MANY);
        assertThat(new HashSet<>(all)).hasSize(2 * MANY);
        assertThat(page(registers.getLast(), owner, null, 3 * MANY, true)).isEqualTo(all.reversed());
    }
}
