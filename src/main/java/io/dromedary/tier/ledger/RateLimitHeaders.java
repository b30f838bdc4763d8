package io.dromedary.tier.ledger;

import io.dromedary.api.Headers;

/** Tells callers what they have left, in the words of OpenAI's API and those for dynamic limits. */
public final class RateLimitHeaders {
    private RateLimitHeaders() {}

    /** Sets those that there is something to say in: none for a kind without a limit. */
    public static void set(Left left, Headers headers) {
        share(left.requests(), Kind.REQUESTS.word(), headers);
        share(left.tokens(), Kind.TOKENS.word(), headers);
        dynamic(left.requests(), Kind.REQUESTS.word(), headers);
        dynamic(left.tokens(), Kind.TOKENS.word(), headers);
    }

    private static void share(Share share, String kind, Headers headers) {
        if (share.limit() > 0) {
            headers.set("x-ratelimit-limit-" + kind, Long.toString(share.limit()));
            headers.set("x-ratelimit-remaining-" + kind, Long.toString(share.remaining()));
            headers.set("x-ratelimit-reset-" + kind, duration(share.resetMillis()));
        }
    }

    private static void dynamic(Share share, String kind, Headers headers) {
        if (share.scale() > 0) {
            headers.set("x-ratelimit-dynamic-scale-" + kind, factor(share.scale()));
            headers.set("x-ratelimit-dynamic-period-usage-" + kind, share.usedPercent() + "%");
            headers.set("x-ratelimit-dynamic-period-remaining", Math.ceilDiv(share.periodMillis(), 1000) + "s");
        }
    }

    /** With two decimals, rounded down, e.g. {@code 2.07}. */
    private static String factor(int tenThousandths) {
        var hundredths = tenThousandths / 100;
        var fraction = hundredths % 100;
        return hundredths / 100 + (fraction < 10 ? ".0" : ".") + fraction;
    }

    /** As Go writes one, which is what clients know: {@code 0s}, {@code 12ms}, {@code 8.64s}, {@code 6m0s}, {@code 1h0m0s}. */
    public static String duration(long millis) {
        if (millis > 0 && millis < 1000) {
            return millis + "ms";
        }
        var out = new StringBuilder(12);
        var minutes = millis / 60_000;
        if (minutes >= 60) {
            out.append(minutes / 60).append('h');
        }
        if (minutes > 0) {
            out.append(minutes % 60).append('m');
        }
        out.append(millis / 1000 % 60);
        var fraction = (int) (millis % 1000);
        if (fraction > 0) {
            out.append('.').append(Integer.toString(1000 + fraction), 1, 4);
            while (out.charAt(out.length() - 1) == '0') {
                out.setLength(out.length() - 1);
            }
        }
        return out.append('s').toString();
    }
}
