package io.dromedary;

import static io.dromedary.testing.Caller.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.testing.Caller;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Clients that change conversations of gateways which are killed under them. What they were told stays; of the one change
 * that each was not told of all is there, or nothing.
 */
final class ConversationClients {
    private static final String CONVERSATIONS = "/v1/conversations";

    /** Fewer than are on a page have items enough. */
    private static final int CHANGES = 16;

    private static final int ITEMS = 3;

    /** What an item says, by its id. */
    private record Item(String id, String text) {}

    /** One conversation, which one client changes. */
    private static final class Known {
        final String id;
        final List<Item> items = new ArrayList<>();

        /** What is said in items that nobody has told to be there. */
        List<String> untold = List.of();

        /** Index of an item of which nobody has told that it is gone, or -1. */
        int going = -1;

        Known(String id) {
            this.id = id;
        }

        List<String> texts() {
            return items.stream().map(Item::text).toList();
        }

        List<String> with() {
            var all = new ArrayList<>(texts());
            all.addAll(untold);
            return all;
        }

        List<String> without() {
            var all = new ArrayList<>(texts());
            if (going >= 0) {
                all.remove(going);
            }
            return all;
        }
    }

    private final Queue<Known> all = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();

    /** Until nobody answers. */
    void work(Caller caller) {
        try {
            while (true) {
                var known = new Known(
                        ok(caller.post(CONVERSATIONS, "{}")).path("id").asText());
                all.add(known);
                for (var change = 1; change <= CHANGES; change++) {
                    switch (change % 4) {
                        case 0 -> delete(caller, known);
                        case 1 -> turn(caller, known);
                        default -> add(caller, known);
                    }
                }
            }
        } catch (UncheckedIOException e) {
            // it was killed
        }
    }

    private void add(Caller caller, Known known) {
        var number = numbers.incrementAndGet();
        known.untold = IntStream.rangeClosed(1, ITEMS)
                .mapToObj(item -> "item " + number + " " + item)
                .toList();
        var items = known.untold.stream()
                .map(text -> "{\"role\":\"user\",\"content\":\"" + text + "\"}")
                .collect(Collectors.joining(","));
        var added = ok(caller.post(path(known), "{\"items\":[" + items + "]}"));
        told(known, items(added));
    }

    private static void told(Known known, List<Item> added) {
        assertThat(added).extracting(Item::text).isEqualTo(known.untold);
        known.items.addAll(added);
        known.untold = List.of();
    }

    /** A turn of a model that says what it hears. */
    private void turn(Caller caller, Known known) {
        var text = "turn " + numbers.incrementAndGet();
        known.untold = List.of(text, text);
        ok(caller.post(
                "/v1/responses", "{\"model\":\"m\",\"input\":\"" + text + "\",\"conversation\":\"" + known.id + "\"}"));
        // they are there from now on, and only a list tells by which ids
        var from = known.items.size();
        told(known, known.untold.stream().map(each -> new Item("", each)).toList());
        var found = items(ok(caller.get(path(known) + "?order=asc&limit=100")));
        assertThat(found.stream().map(Item::text).toList()).isEqualTo(known.texts());
        known.items.subList(from, known.items.size()).clear();
        known.items.addAll(found.subList(from, found.size()));
    }

    private static void delete(Caller caller, Known known) {
        known.going = known.items.size() / 2;
        ok(caller.delete(path(known) + "/" + known.items.get(known.going).id));
        known.items.remove(known.going);
        known.going = -1;
    }

    /** Of each conversation. */
    void assertKept(Caller caller) {
        for (var known : all) {
            var found = items(ok(caller.get(path(known) + "?order=asc&limit=100")));
            assertThat(found.stream().map(Item::text).toList())
                    .as(known.id)
                    .isIn(known.texts(), known.with(), known.without());
            for (var item : found) {
                var alone = ok(caller.get(path(known) + "/" + item.id));
                assertThat(item(alone)).isEqualTo(item);
            }
        }
    }

    /** How many there are, and how many changes nobody was told of. */
    @Override
    public String toString() {
        return "%d conversations of %d items, %d of which were being changed at a kill"
                .formatted(
                        all.size(),
                        all.stream().mapToInt(known -> known.items.size()).sum(),
                        all.stream()
                                .filter(known -> known.going >= 0 || !known.untold.isEmpty())
                                .count());
    }

    private static String path(Known known) {
        return CONVERSATIONS + "/" + known.id + "/items";
    }

    private static JsonNode ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static List<Item> items(JsonNode list) {
        var items = new ArrayList<Item>();
        list.path("data").forEach(item -> items.add(item(item)));
        return items;
    }

    private static Item item(JsonNode item) {
        return new Item(item.path("id").asText(), item.at("/content/0/text").asText());
    }
}
