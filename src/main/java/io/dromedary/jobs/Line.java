package io.dromedary.jobs;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Jobs that wait for room: one project after the other, and within each whoever came first. */
final class Line {
    /** @param stamp of when it was entered: what has changed since is not meant any more */
    record Place(String id, long stamp) {}

    private final Map<String, Queue<Place>> projects = new LinkedHashMap<>();

    void add(String project, Place place) {
        projects.computeIfAbsent(project, any -> new ArrayDeque<>()).add(place);
    }

    @Nullable
    Place next() {
        var first = projects.entrySet().iterator();
        if (!first.hasNext()) {
            return null;
        }
        var project = first.next();
        first.remove();
        var next = project.getValue().remove();
        if (!project.getValue().isEmpty()) {
            projects.put(project.getKey(), project.getValue());
        }
        return next;
    }
}
