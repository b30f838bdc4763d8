package io.dromedary.files.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class PlacesTest {
    private final List<String> entered = new CopyOnWriteArrayList<>();

    private void comes(Places places, String project) {
        var waiting = places.waiting();
        var there = entered.size();
        Thread.startVirtualThread(() -> {
            try {
                places.enter(project);
                entered.add(project);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> entered.size() > there || places.waiting() > waiting);
    }

    @Test
    void the_project_that_has_the_fewest_is_next() throws Exception {
        var places = new Places(3, 3);
        for (var i = 0; i < 6; i++) {
            comes(places, "big");
        }
        comes(places, "small");
        comes(places, "small");
        assertThat(entered).containsExactly("big", "big", "big");
        places.leave("big");
        await().until(() -> entered.size() == 4);
        assertThat(entered.getLast()).isEqualTo("small");
        places.leave("big");
        await().until(() -> entered.size() == 5);
        assertThat(entered.getLast())
                .as("both have one, and the other waits for longer")
                .isEqualTo("big");
        assertThat(places.waiting()).isEqualTo(3);
    }

    @Test
    void one_project_does_not_get_them_all() throws Exception {
        var places = new Places(4, 2);
        for (var i = 0; i < 4; i++) {
            comes(places, "big");
        }
        assertThat(entered).containsExactly("big", "big");
        comes(places, "small");
        await().until(() -> entered.size() == 3);
        assertThat(entered.getLast()).isEqualTo("small");
        assertThat(places.waiting()).isEqualTo(2);
    }

    @Test
    void who_is_interrupted_while_he_waits_keeps_nobody_waiting() throws Exception {
        var places = new Places(1, 1);
        places.enter("a");
        var waiting = Thread.startVirtualThread(() -> {
            try {
                places.enter("b");
            } catch (InterruptedException e) {
                entered.add("interrupted");
            }
        });
        await().until(() -> places.waiting() == 1);
        waiting.interrupt();
        await().until(() -> !entered.isEmpty());
        assertThat(places.waiting()).isZero();
        places.leave("a");
        comes(places, "c");
        await().until(() -> entered.contains("c"));
    }
}
