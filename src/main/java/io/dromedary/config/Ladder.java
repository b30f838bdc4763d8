package io.dromedary.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.dromedary.api.ServiceTier;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The tiers that {@code auto} stands for, as a file lists them.
 *
 * @param place of the list
 * @param problems gets what is wrong
 */
record Ladder(YamlFile file, FieldPath place, List<Problem> problems) {
    /** The rungs, of a list that holds words of the schema alone. */
    List<ServiceTier> read(JsonNode list) {
        List<ServiceTier> rungs = new ArrayList<>();
        for (var i = 0; i < list.size(); i++) {
            var word = list.path(i).asText();
            var rung = Objects.requireNonNull(ServiceTier.of(word), word);
            if (rungs.contains(rung)) {
                problems.add(file.problem(place.child(i), "names " + word + " twice", "Keep one of the two"));
            }
            rungs.add(rung);
        }
        if (rungs.isEmpty()) {
            problems.add(file.problem(place, "must not be empty", "Write e.g. `[default, over-limit]`, or remove it"));
        }
        return List.copyOf(rungs);
    }

    /**
     * Holds a project's own ladder against what the project may use.
     *
     * @param warnings gets the one rung that is merely passed over
     */
    void check(ProjectSettings project, List<ServiceTier> rungs, List<Problem> warnings) {
        for (var i = 0; i < rungs.size(); i++) {
            var rung = rungs.get(i);
            if (project.mayUse(rung)) {
                continue;
            }
            var spills = rung == ServiceTier.OVER_LIMIT;
            (spills ? warnings : problems)
                    .add(file.problem(
                            place.child(i),
                            "names " + rung.word() + ", which the project may not use"
                                    + (spills ? ", so auto passes it over" : ""),
                            "Add `" + switchFor(rung) + ": true` to the project, or remove " + rung.word() + " here"));
        }
    }

    /**
     * Holds the general ladder against what a project without one of its own may use. That such a project does not spill
     * over its limits is what {@code overLimit} is for, and nothing to remark on.
     */
    void checkGeneral(ProjectSettings project, List<ServiceTier> rungs) {
        for (var rung : rungs) {
            if (rung != ServiceTier.OVER_LIMIT && !project.mayUse(rung)) {
                problems.add(file.problem(
                        place,
                        "is missing, and the ladder of tiers.yaml names " + rung.word()
                                + ", which the project may not use",
                        "Add `" + switchFor(rung) + ": true` to the project, or e.g. `auto: [default]`"));
            }
        }
    }

    private static String switchFor(ServiceTier rung) {
        return switch (rung) {
            case NO_LIMIT -> "noLimit";
            case PRIORITY -> "priority";
            case OVER_LIMIT -> "overLimit";
            case AUTO, DEFAULT, FLEX -> throw new IllegalArgumentException(rung.word() + " needs no entitlement");
        };
    }
}
