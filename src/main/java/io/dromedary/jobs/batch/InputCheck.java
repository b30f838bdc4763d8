package io.dromedary.jobs.batch;

import io.dromedary.api.error.RefusedException;
import io.dromedary.jobs.batch.InputLines.InputLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads an input from its first line to its last before any of it is run, and finds what is wrong with it. */
final class InputCheck {
    private final String endpoint;
    private final int mostLines;
    private final int longest;
    private final List<Fault> faults = new ArrayList<>();
    private final SeenIds ids = new SeenIds();
    private int lines;
    private @Nullable String model;

    /**
     * @param mostLines that an input may have
     * @param longest a line
     */
    InputCheck(String endpoint, int mostLines, int longest) {
        this.endpoint = endpoint;
        this.mostLines = mostLines;
        this.longest = longest;
    }

    /**
     * Looks at all of it, or at as much as has the faults that are shown.
     *
     * @param stopped asked before each line
     * @return what is known of a sound one; null where there are {@link #faults}, or it was stopped
     */
    Work.@Nullable Sound check(InputLines input, BooleanSupplier stopped) {
        for (var line = input.next(); line != null && faults.size() < Fault.MOST; line = input.next()) {
            if (stopped.getAsBoolean()) {
                return null;
            }
            lines = line.number();
            if (lines > mostLines) {
                faults.add(new Fault(
                        "too_many_lines",
                        "The input has more than " + mostLines + " lines, which is the most that a batch may have.",
                        null,
                        line.position()));
                return null;
            }
            check(line);
        }
        if (lines == 0) {
            faults.add(new Fault("empty_file", "The input has no lines.", null, null));
        }
        return faults.isEmpty() && model != null ? new Work.Sound(lines, model) : null;
    }

    List<Fault> faults() {
        return faults;
    }

    private void check(InputLine line) {
        var text = line.text();
        if (text == null) {
            faults.add(new Fault(
                    "line_too_long",
                    "This line is longer than " + longest + " bytes, which is the most that a line may have.",
                    null,
                    line.position()));
            return;
        }
        try {
            check(BatchLine.read(text, endpoint), line.position());
        } catch (RefusedException e) {
            faults.add(Fault.of(e.refusal(), line.position()));
        }
    }

    private void check(BatchLine line, int position) {
        if (!ids.add(line.customId())) {
            faults.add(new Fault(
                    "duplicate_custom_id",
                    "The custom_id of this line is that of an earlier line too. Each must have its own.",
                    "custom_id",
                    position));
        }
        if (model == null) {
            model = line.model();
        } else if (!model.equals(line.model())) {
            faults.add(new Fault(
                    "mismatched_model",
                    "This line is for another model than the lines before it. A batch is for one model.",
                    "body.model",
                    position));
        }
    }
}
