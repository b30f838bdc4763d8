package io.dromedary.tier.ledger;

import io.dromedary.tier.ledger.Entry.Mark;
import java.util.ArrayList;
import java.util.List;

/**
 * The text of an entry, and a reader that takes what is written here and nothing else. It is on the path of every call:
 * {@code {"v":1,"at":1767225600000,"period":0,"requests":[36000000,10000,0],"tokens":[…],"by":["gateway",17]}}, each credit
 * as level, scale and use.
 */
final class EntryText {
    private static final String START = "{\"v\":1,\"at\":";
    private static final String PERIOD = ",\"period\":";
    private static final String REQUESTS = ",\"requests\":[";
    private static final String TOKENS = "],\"tokens\":[";
    private static final String BY = "],\"by\":[\"";
    private static final String MARK = ",\"";
    private static final int LONGEST_GATEWAY = 64;

    private final String text;
    private int at;

    EntryText(String text) {
        this.text = text;
    }

    static String of(Allowance allowance, List<Mark> marks) {
        var out = new StringBuilder(160)
                .append(START)
                .append(allowance.at())
                .append(PERIOD)
                .append(allowance.period());
        credit(out.append(REQUESTS), allowance.requests());
        credit(out.append(TOKENS), allowance.tokens());
        out.append(BY);
        for (var i = 0; i < marks.size(); i++) {
            var mark = marks.get(i);
            (i == 0 ? out : out.append(MARK))
                    .append(mark.gateway())
                    .append("\",")
                    .append(mark.change());
        }
        return out.append("]}").toString();
    }

    private static void credit(StringBuilder out, Credit credit) {
        out.append(credit.level())
                .append(',')
                .append(credit.scale())
                .append(',')
                .append(credit.used());
    }

    /** @throws IllegalArgumentException where the text is none, or of a version that is not known */
    Entry read() {
        literal(START);
        var moment = number(0, Long.MAX_VALUE);
        literal(PERIOD);
        var period = number(0, Long.MAX_VALUE);
        literal(REQUESTS);
        var requests = credit();
        literal(TOKENS);
        var tokens = credit();
        literal(BY);
        var marks = marks();
        literal("]}");
        if (at != text.length()) {
            throw fault();
        }
        return new Entry(new Allowance(requests, tokens, moment, period), marks);
    }

    private Credit credit() {
        var level = number(Credit.DEEPEST, Credit.UNLIMITED);
        literal(",");
        var scale = (int) number(Credit.BASE, Credit.TOP);
        literal(",");
        return new Credit(level, scale, number(0, Long.MAX_VALUE));
    }

    private List<Mark> marks() {
        var first = mark();
        if (!text.startsWith(MARK, at)) {
            return List.of(first);
        }
        var marks = new ArrayList<Mark>(4);
        marks.add(first);
        while (text.startsWith(MARK, at)) {
            at += MARK.length();
            marks.add(mark());
            if (marks.size() > Entry.MOST_MARKS) {
                throw fault();
            }
        }
        return marks;
    }

    private Mark mark() {
        var end = text.indexOf('"', at);
        if (end < 0 || !isGateway(text.substring(at, end))) {
            throw fault();
        }
        var gateway = text.substring(at, end);
        at = end;
        literal("\",");
        return new Mark(gateway, number(0, Long.MAX_VALUE));
    }

    static boolean isGateway(String name) {
        if (name.isEmpty() || name.length() > LONGEST_GATEWAY) {
            return false;
        }
        for (var i = 0; i < name.length(); i++) {
            var c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && "-._".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    private void literal(String expected) {
        if (!text.startsWith(expected, at)) {
            throw fault();
        }
        at += expected.length();
    }

    /** A number as Java writes it: no plus, no needless zero. */
    private long number(long min, long max) {
        var start = at;
        var negative = at < text.length() && text.charAt(at) == '-';
        if (negative) {
            at++;
        }
        var digits = at;
        var value = 0L;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            if (at - digits >= 19) {
                throw fault();
            }
            value = value * 10 + (text.charAt(at) - '0');
            at++;
        }
        var needlessZero = text.startsWith("0", digits) && at > digits + 1;
        var negativeZero = negative && value == 0;
        if (at == digits || needlessZero || negativeZero || value < 0) {
            at = start;
            throw fault();
        }
        var number = negative ? -value : value;
        if (number < min || number > max) {
            at = start;
            throw fault();
        }
        return number;
    }

    private IllegalArgumentException fault() {
        return new IllegalArgumentException("no allowance of a known version, at character " + at);
    }
}
