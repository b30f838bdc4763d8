package io.dromedary.guard;

/**
 * A text that passes in pieces. Of each is let through what nothing can begin in any more that is not known yet; the rest is
 * held back until it is known.
 */
final class PassingText {
    private static final int KEPT = 4096;

    private final PiiScanner scanner;
    private final Rewriting rewriting;
    private final StringBuilder text = new StringBuilder();

    /** Up to here it is known what stands there. */
    private int known;

    /** Up to here it has been let through; before {@link #known} only in the midst of {@link #feed}. */
    private int passed;

    PassingText(PiiScanner scanner, Rewriting rewriting) {
        this.scanner = scanner;
        this.rewriting = rewriting;
    }

    /**
     * The next piece.
     *
     * @return what may be shown now, perhaps nothing
     * @throws FoundException where the text must not pass
     */
    String feed(String piece) {
        text.append(piece);
        var out = new StringBuilder();
        while (true) {
            var look = scanner.next(text, known, false);
            show(look.at(), out);
            known = look.at();
            var finding = look.finding();
            if (finding == null) {
                forget();
                return out.toString();
            }
            replace(finding, out);
        }
    }

    /**
     * Nothing follows for now: what was held back is let through as it would be at the end of the text. What comes after it,
     * if anything does, is still looked at together with it.
     *
     * @throws FoundException where the text must not pass
     */
    String settle() {
        if (passed >= text.length()) {
            return "";
        }
        var out = new StringBuilder();
        var open = known;
        while (true) {
            var look = scanner.next(text, known, true);
            show(look.at(), out);
            known = look.at();
            var finding = look.finding();
            if (finding == null) {
                break;
            }
            replace(finding, out);
            open = known;
        }
        // the end of it may be the beginning of something
        known = open;
        return out.toString();
    }

    /** Something is held back. */
    boolean holds() {
        return passed < text.length();
    }

    private void show(int to, StringBuilder out) {
        if (to > passed) {
            out.append(text, passed, to);
            passed = to;
        }
    }

    private void replace(PiiScanner.Finding finding, StringBuilder out) {
        out.append(rewriting.of(finding.entity(), text.substring(finding.start(), finding.end())));
        known = finding.end();
        passed = Math.max(passed, known);
    }

    private void forget() {
        var unneeded = Math.min(known, passed) - PiiScanner.CONTEXT;
        if (unneeded > KEPT || unneeded > 0 && text.length() - unneeded <= KEPT / 16) {
            text.delete(0, unneeded);
            known -= unneeded;
            passed -= unneeded;
        }
    }

    /** A whole text as it may pass; the same object where nothing was found that may not stay. */
    static String whole(PiiScanner scanner, Rewriting rewriting, String text) {
        var known = 0;
        var copied = 0;
        var out = new StringBuilder(0);
        while (true) {
            var finding = scanner.next(text, known, true).finding();
            if (finding == null) {
                break;
            }
            var found = text.substring(finding.start(), finding.end());
            var instead = rewriting.of(finding.entity(), found);
            if (!instead.equals(found)) {
                out.append(text, copied, finding.start()).append(instead);
                copied = finding.end();
            }
            known = finding.end();
        }
        return copied == 0 ? text : out.append(text, copied, text.length()).toString();
    }
}
