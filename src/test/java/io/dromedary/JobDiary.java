package io.dromedary;

import io.dromedary.testing.Fleet.Life;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway says of the jobs that it had, in its log, each time once it stands in the store.
 *
 * @param asked jobs that it asked a backend for
 * @param ended jobs that it has ended
 * @param handedOut deferred completions that their callers have
 * @param lines of batches, by their number, whose results are written
 */
record JobDiary(Set<String> asked, Set<String> ended, Set<String> handedOut, Map<String, Set<Integer>> lines) {
    private static final Pattern ENTRY =
            Pattern.compile("(\\S+): (?:(asks)|(ended)|(handed out)|lines written: ([0-9 ]+))$");

    static JobDiary of(Life life) {
        var diary = new JobDiary(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashMap<>());
        for (var line : life.gateway().log()) {
            var entry = ENTRY.matcher(line);
            if (line.contains(" FINE ") && entry.find()) {
                diary.add(entry.group(1), entry.group(2), entry.group(3), entry.group(4), entry.group(5));
            }
        }
        return diary;
    }

    private void add(
            String id, @Nullable String asks, @Nullable String end, @Nullable String out, @Nullable String written) {
        if (asks != null) {
            asked.add(id);
        } else if (end != null) {
            ended.add(id);
        } else if (out != null) {
            handedOut.add(id);
        } else if (written != null) {
            for (var number : written.split(" ")) {
                lines.computeIfAbsent(id, any -> new HashSet<>()).add(Integer.valueOf(number));
            }
        }
    }

    /** @param line 0 for a job of one request */
    boolean hasWritten(String id, int line) {
        return ended.contains(id) || lines.getOrDefault(id, Set.of()).contains(line);
    }
}
