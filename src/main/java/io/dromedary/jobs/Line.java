package io.dromedary.jobs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that wait for room: of the project that has the fewest places, of one after the other where they have as many, and
 * within each whoever came first, but that what somebody has begun and left behind goes before.
 */
final class Line {
    /** @param stamp of when it was entered: what has changed since is not meant any more */
    record Place(String id, long stamp) {}

    private final Map<String, Deque<Place>> projects = new LinkedHashMap<>();

    void add(String project, Place place) {
        places(project).addLast(place);
    }

    /** Before whatever else of its project waits. */
    void addFirst(String project, Place place) {
        places(project).addFirst(place);
    }

    private Deque<Place> places(String project) {
        return projects.computeIfAbsent(project, any -> new ArrayDeque<>());
    }

    /** Those that wait; some of what they wait with may have changed since. */
    Set<String> projects() {
        return projects.keySet();
    }

    /** @param places that a project has */
    @Nullable
    Place next(ToIntFunction<String> places) {
        var least = Integer.MAX_VALUE;
        String chosen = null;
        for (var project : projects.keySet()) {
            var there = places.applyAsInt(project);
            if (there < least) {
                least = there;
                chosen = project;
            }
        }
        var waiting = chosen == null ? null : projects.remove(chosen);
        if (chosen == null || waiting == null) {
            return null;
        }
        var next = waiting.remove();
        if (!waiting.isEmpty()) {
            projects.put(chosen, waiting);
        }
        return next;
    }
}
