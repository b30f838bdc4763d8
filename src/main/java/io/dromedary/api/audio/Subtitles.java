package io.dromedary.api.audio;

import java.util.List;

/** Writes subtitles: SubRip and WebVTT. */
final class Subtitles {
    /**
     * What is to be seen for a while.
     *
     * @param start milliseconds from the beginning
     * @param end milliseconds from the beginning
     */
    record Cue(long start, long end, String text) {}

    private Subtitles() {}

    static String srt(List<Cue> cues) {
        var srt = new StringBuilder();
        for (var i = 0; i < cues.size(); i++) {
            var cue = cues.get(i);
            srt.append(i + 1).append('\n');
            times(cue, ',', srt);
            srt.append(lines(cue.text())).append("\n\n");
        }
        return srt.toString();
    }

    static String vtt(List<Cue> cues) {
        var vtt = new StringBuilder("WEBVTT\n\n");
        for (var cue : cues) {
            times(cue, '.', vtt);
            // those two begin something else there
            vtt.append(lines(cue.text().replace("&", "&amp;").replace("<", "&lt;")))
                    .append("\n\n");
        }
        return vtt.toString();
    }

    private static void times(Cue cue, char point, StringBuilder to) {
        time(cue.start(), point, to);
        to.append(" --> ");
        time(Math.max(cue.start(), cue.end()), point, to);
        to.append('\n');
    }

    /** Hours may have more than two digits. */
    private static void time(long millis, char point, StringBuilder to) {
        padded(millis / 3_600_000, 2, to);
        to.append(':');
        padded(millis / 60_000 % 60, 2, to);
        to.append(':');
        padded(millis / 1000 % 60, 2, to);
        to.append(point);
        padded(millis % 1000, 3, to);
    }

    private static void padded(long number, int digits, StringBuilder to) {
        var text = Long.toString(number);
        to.repeat('0', Math.max(0, digits - text.length())).append(text);
    }

    /** An empty line would end the cue, and an arrow would begin another. */
    private static String lines(String text) {
        return text.replaceAll("\\R\\s*", "\n").replace("-->", "->");
    }
}
