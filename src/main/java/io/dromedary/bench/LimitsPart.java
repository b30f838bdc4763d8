package io.dromedary.bench;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Many callers at once on one key, and then ten times what its limit refills: how many are let in, beside what the limit
 * promises.
 */
final class LimitsPart {

    /** Requests of a minute, or tokens of as many calls. */
    static final int PER_MINUTE = 100;

    /** As the scripted upstream counts each answer. */
    static final int CALL_TOKENS = 191;

    /** Allows as many tokens as the scripted upstream says that it wrote. */
    static final ChatBody BODY = new ChatBody(false, 143, false);

    private static final int CALLERS = 500;
    private static final double AT_ONCE_SECONDS = 0.001;
    private static final double OVER = 10;
    private static final double HELD_PERCENT = 2;

    private static final String REQUESTS = "requests";
    private static final String TOKENS = "tokens";

    private static final String AT_ONCE = "at-once";
    private static final String REFILLED = "refilled";
    private static final String PROMISED = "promised";
    private static final String START_ERROR = "start-error";
    private static final String ERROR = "error";

    private final Sockets sockets;
    private final TiersGateway gateway;
    private final BenchOptions options;
    private final PrintStream out;
    private final Rounds rounds = new Rounds();

    LimitsPart(Sockets sockets, TiersGateway gateway, BenchOptions options, PrintStream out) {
        this.sockets = sockets;
        this.gateway = gateway;
        this.options = options;
        this.out = out;
    }

    /** The limits of the projects that it needs: in each round a key begins with a full minute. */
    static Map<String, String> projects(int rounds) {
        var limits = new HashMap<String, String>();
        for (var round = 0; round < rounds; round++) {
            limits.put(REQUESTS + "-" + round, "{ requestsPerMinute: " + PER_MINUTE + " }");
            limits.put(TOKENS + "-" + round, "{ tokensPerMinute: " + PER_MINUTE * CALL_TOKENS + " }");
        }
        return limits;
    }

    /** @return whether every call was answered or refused for its limit */
    boolean run() {
        out.printf(
                Locale.ROOT,
                "limits: %d callers at once on a key with %d requests, or the tokens of %d calls, per minute; then %.0f times"
                        + " its refill for %d s; %d rounds%n",
                CALLERS,
                PER_MINUTE,
                PER_MINUTE,
                OVER,
                options.seconds(),
                options.rounds());
        var clean = true;
        for (var round = 0; round < options.rounds(); round++) {
            for (var kind : List.of(REQUESTS, TOKENS)) {
                clean &= measure(kind, gateway.as(kind + "-" + round));
            }
        }
        report();
        return clean;
    }

    private boolean measure(String kind, Contender contender) {
        var request = contender.request(BODY);
        var perSecond = PER_MINUTE / 60.0;
        try (var load = CallLoad.open(sockets, contender.port(), CALLERS, request, CallLoad.Until.END)) {
            var start = System.nanoTime();
            var burst = load.run(CALLERS / AT_ONCE_SECONDS, AT_ONCE_SECONDS);
            var later = load.run(OVER * perSecond, options.seconds());
            // the last call was due, and made, one step before the end of the schedule
            var took = (System.nanoTime() - start) / 1e9 - 1 / (OVER * perSecond);
            var promised = PER_MINUTE + perSecond * took;
            var promisedAtOnce = PER_MINUTE + perSecond * burst.seconds();
            rounds.add(kind, AT_ONCE, (double) burst.completed());
            rounds.add(kind, REFILLED, (double) later.completed());
            rounds.add(kind, PROMISED, promised);
            rounds.add(kind, START_ERROR, percent((double) burst.completed(), promisedAtOnce));
            rounds.add(kind, ERROR, percent((double) burst.completed() + later.completed(), promised));
            var broken = burst.broken() + later.broken();
            if (broken > 0) {
                out.println(kind + ": " + broken + " calls failed for another reason than their limit");
            }
            return broken == 0;
        }
    }

    private static double percent(double measured, double promised) {
        return 100 * Math.abs(measured - promised) / promised;
    }

    private void report() {
        var table =
                new Table("limit of", "let in at once", "error %", "let in later", "promised in all", "error in all %");
        for (var kind : List.of(REQUESTS, TOKENS)) {
            table.row(
                    kind,
                    rounds.spread(kind, AT_ONCE).text(0),
                    rounds.spread(kind, START_ERROR).text(1),
                    rounds.spread(kind, REFILLED).text(0),
                    rounds.spread(kind, PROMISED).text(1),
                    rounds.spread(kind, ERROR).text(1));
        }
        out.println();
        out.print(table.text());
        for (var kind : List.of(REQUESTS, TOKENS)) {
            Verdict.atMost(
                    out,
                    "error of the limit of " + kind + " at once, %",
                    rounds.spread(kind, START_ERROR),
                    HELD_PERCENT);
            Verdict.atMost(
                    out, "error of the limit of " + kind + " in all, %", rounds.spread(kind, ERROR), HELD_PERCENT);
        }
    }
}
