package io.dromedary.tier.ledger;

import io.dromedary.api.Headers;

/** Tells callers what they have left, in the words of OpenAI's API and those for dynamic limits. */
public final class RateLimitHeaders {
    /** The names of one kind's headers. */
    private record Names(String limit, String remaining, String reset, String dynamicScale, String dynamicPeriodUsage) {
        static Names of(Kind kind) {
            return new Names(
                    "x-ratelimit-limit-" + kind.word(),
                    "x-ratelimit-remaining-" + kind.word(),
                    "x-ratelimit-reset-" + kind.word(),
                    "x-ratelimit-dynamic-scale-" + kind.word(),
                    "x-ratelimit-dynamic-period-usage-" + kind.word());
        }
    }

    private static final Names REQUESTS = Names.of(Kind.REQUESTS);
    private static final Names TOKENS = Names.of(Kind.TOKENS);

    private RateLimitHeaders() {}

    /** Sets those that there is something to say in: none for a kind without a limit. */
    public static void set(Left left, Headers headers) {
        share(left.requests(), REQUESTS, headers);
        share(left.tokens(), TOKENS, headers);
        dynamic(left.requests(), REQUESTS, headers);
        dynamic(left.tokens(), TOKENS, headers);
    }

    private static void share(Share share, Names names, Headers headers) {
        if (share.limit() > 0) {
            headers.set(names.limit, Long.toString(share.limit()));
            headers.set(names.remaining, Long.toString(share.remaining()));
            headers.set(names.reset, duration(share.resetMillis()));
        }
    }

    private static void dynamic(Share share, Names names, Headers headers) {
        if (share.scale() > 0) {
            headers.set(names.dynamicScale, factor(share.scale()));
            headers.set(names.dynamicPeriodUsage, share.usedPercent() + "%");
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
