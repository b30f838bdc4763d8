package io.dromedary.backend.dialect;

import java.util.regex.Pattern;

/** Takes out of a provider's words what is no caller's business: addresses, keys and the names of our accounts. */
final class Redaction {
    private static final int MAX = 1000;
    private static final String REMOVED = "[removed]";

    private static final Pattern SECRETS = Pattern.compile(
            // URLs of any scheme
            "\\b[a-zA-Z][a-zA-Z0-9+.-]{1,15}://[^\\s\"'<>)\\]}]+"
                    // keys as providers make them, masked ones too, and whatever follows "Bearer"
                    + "|\\b(?:sk|rk|pk|gsk|xai|hf|nvapi|fw|tgp|csk|r8|key|org|proj|acct)[-_][A-Za-z0-9*_.-]{6,}"
                    + "|\\bAIza[A-Za-z0-9_-]{10,}|\\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\\beyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9_.-]*"
                    + "|(?i:\\bbearer\\s+)[^\\s\"',;]+"
                    // addresses and hosts, with or without a port
                    + "|\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?\\b"
                    + "|\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\\](?::\\d{1,5})?"
                    + "|\\b[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\\.){0,8}[A-Za-z0-9-]{0,62}:\\d{2,5}\\b"
                    + "|\\b(?:[A-Za-z0-9-]{1,63}\\.){1,8}(?:internal|local|localdomain|lan|corp|intra|svc|cluster)\\b"
                    + "|\\b(?:[A-Za-z0-9-]{1,63}\\.){1,8}(?:com|net|org|io|ai|dev|cloud|xyz)\\b");

    private Redaction() {}

    /** The text on one line, at most 1000 characters long, without anything secret. */
    static String clean(String text) {
        var line = text.length() > 2 * MAX ? text.substring(0, 2 * MAX) : text;
        line = line.replaceAll("\\s+", " ").strip();
        line = SECRETS.matcher(line).replaceAll(REMOVED);
        return cut(line, MAX);
    }

    /** At most so many characters, and no half of a pair at the end. */
    static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        var end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
        return text.substring(0, end) + "…";
    }
}
