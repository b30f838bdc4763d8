package io.dromedary.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds personal data in texts, from left to right: of all that begins at one place the longest. What may still become
 * something is told as such, so that a text that comes in pieces has the same things found in it as one that comes whole.
 */
final class PiiScanner {
    /** Characters before a place that decide on what begins there. */
    static final int CONTEXT = 2;

    private static final List<Detector> ALL = all();

    private final List<Detector> detectors;

    private static List<Detector> all() {
        var all = new ArrayList<Detector>();
        all.add(new EmailDetector());
        all.add(new IbanDetector());
        all.addAll(NationalIds.all());
        all.add(new CardDetector());
        all.add(new IpDetector());
        all.add(new PhoneDetector());
        return List.copyOf(all);
    }

    /** @param ignored names of {@link Entity entities} that are left alone; others that are named there change nothing */
    PiiScanner(Set<String> ignored) {
        detectors = ALL.stream()
                .filter(detector -> !ignored.contains(detector.entity().name()))
                .toList();
    }

    /**
     * Something that stands in a text.
     *
     * @param end after its last character
     */
    record Finding(Entity entity, int start, int end) {}

    /**
     * What comes first from a place on.
     *
     * @param at up to here nothing begins
     * @param finding what begins there; null where the text ends there, or where it takes more of it to know
     */
    record Look(int at, @Nullable Finding finding) {}

    /** @param whole nothing follows the text */
    Look next(CharSequence text, int from, boolean whole) {
        for (var at = from; at < text.length(); at++) {
            var c = text.charAt(at);
            if (!mayBegin(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && at + 1 == text.length() && !whole) {
                // half a character is never shown
                return new Look(at, null);
            }
            var longest = Detector.NONE;
            @Nullable Entity entity = null;
            for (var detector : detectors) {
                var end = detector.end(text, at, whole);
                if (end == Detector.OPEN) {
                    return new Look(at, null);
                }
                if (end > longest) {
                    longest = end;
                    entity = detector.entity();
                }
            }
            if (entity != null) {
                return new Look(at, new Finding(entity, at, longest));
            }
        }
        return new Look(text.length(), null);
    }

    private static boolean mayBegin(char c) {
        return switch (c) {
            case '+', '(', ':', '_', '%', '-', '.', '\uff0b' -> true;
            default -> Characters.isWord(c) || Character.isSurrogate(c);
        };
    }
}
