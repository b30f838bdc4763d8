package io.dromedary.tier.ledger;

import io.dromedary.config.TierSettings.OnStoreFailure;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;

/**
 * Measures what reserving and settling cost over a shelf of texts in memory, writing the text included. Not a test: run its
 * main method. Arguments: seconds of processor time per round (2), rounds (5).
 */
final class LedgerSpeed {
    private LedgerSpeed() {}

    public static void main(String[] args) {
        var seconds = args.length > 0 ? Double.parseDouble(args[0]) : 2;
        var rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        var time = ManagementFactory.getThreadMXBean();
        var account = Account.ofProject("acme", "m", new Limits(900_000_000, 900_000_000_000L, false));
        var small = Account.ofProject("acme", "n", new Limits(1, 1, false));
        var ledger = new Ledger(new TextShelf(), "0123456789abcdef", InstantSource.system());
        var accounts = List.of(account);
        var smallOnes = List.of(small);
        var estimate = new Estimate(100, 400);
        var settlement = new Settlement.Exact(90, 210);
        var made = new Reservation[1000];
        for (var round = 0; round < rounds; round++) {
            long count = 0;
            long reserving = 0;
            long settling = 0;
            long refusing = 0;
            while (reserving + settling + refusing < seconds * 1e9) {
                var start = time.getCurrentThreadCpuTime();
                for (var i = 0; i < made.length; i++) {
                    made[i] = ((Verdict.Granted) ledger.reserve(accounts, estimate, OnStoreFailure.REFUSE)
                                    .toCompletableFuture()
                                    .join())
                            .reservation();
                }
                var reserved = time.getCurrentThreadCpuTime();
                for (var reservation : made) {
                    reservation.settle(settlement);
                }
                var settled = time.getCurrentThreadCpuTime();
                for (var i = 0; i < made.length; i++) {
                    ledger.reserve(smallOnes, estimate, OnStoreFailure.REFUSE);
                }
                refusing += time.getCurrentThreadCpuTime() - settled;
                settling += settled - reserved;
                reserving += reserved - start;
                count += made.length;
            }
            System.out.printf(
                    "%d ns to reserve, %d ns to settle, %d ns to refuse%n",
                    reserving / count, settling / count, refusing / count);
        }
    }
}
