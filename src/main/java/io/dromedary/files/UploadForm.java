package io.dromedary.files;

import io.dromedary.api.read.Faults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of an upload say.
 *
 * @param life null where its sender does not say it
 */
record UploadForm(String purpose, @Nullable Duration life) {
    static final String BATCH = "batch";

    private static final List<String> PURPOSES =
            List.of("assistants", BATCH, "fine-tune", "vision", "user_data", "evals");
    private static final String ANCHOR = "expires_after[anchor]";
    private static final String SECONDS = "expires_after[seconds]";
    private static final long LEAST = 3600;
    private static final long MOST = ShelvedFiles.LONGEST.toSeconds();

    /** @throws io.dromedary.api.error.RefusedException 400 with the {@code param} that is wrong */
    static UploadForm of(Map<String, List<String>> fields) {
        return new UploadForm(purpose(last(fields, "purpose")), life(last(fields, ANCHOR), last(fields, SECONDS)));
    }

    private static @Nullable String last(Map<String, List<String>> fields, String name) {
        var values = fields.get(name);
        return values == null ? null : values.getLast();
    }

    private static String purpose(@Nullable String purpose) {
        if (purpose == null) {
            throw Faults.missing("purpose");
        }
        checkPurpose(purpose);
        return purpose;
    }

    /** @throws io.dromedary.api.error.RefusedException 400 where there is no such purpose */
    static void checkPurpose(String purpose) {
        if (!PURPOSES.contains(purpose)) {
            throw Faults.unsupported("purpose", purpose, PURPOSES);
        }
    }

    private static @Nullable Duration life(@Nullable String anchor, @Nullable String seconds) {
        if (anchor == null && seconds == null) {
            return null;
        }
        if (anchor == null) {
            throw Faults.missing(ANCHOR);
        }
        if (!anchor.equals("created_at")) {
            throw Faults.unsupported(ANCHOR, anchor, List.of("created_at"));
        }
        if (seconds == null) {
            throw Faults.missing(SECONDS);
        }
        long number;
        try {
            number = Long.parseLong(seconds);
        } catch (NumberFormatException e) {
            throw Faults.wrongType(SECONDS, "an integer", "something else");
        }
        if (number < LEAST || number > MOST) {
            throw Faults.outOfRange(SECONDS, "integer", number < LEAST, number < LEAST ? LEAST : MOST, seconds);
        }
        return Duration.ofSeconds(number);
    }
}
