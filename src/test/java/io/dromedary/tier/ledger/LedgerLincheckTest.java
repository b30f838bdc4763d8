package io.dromedary.tier.ledger;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import io.dromedary.config.TierSettings.OnStoreFailure;
import io.dromedary.testing.SettableClock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever threads do at once to one account might have been done one after the other. */
@Tag("lincheck")
@Param(name = "tokens", gen = IntGen.class, conf = "1:6")
public class LedgerLincheckTest {
    /** Classes in which threads do not meet, or meet in one step. */
    private static final String[] ALONE = Stream.of(
                    Allowance.class,
                    Credit.class,
                    Entry.class,
                    Left.class,
                    MemoryShelf.class,
                    Movement.class,
                    Refusal.class,
                    SettableClock.class)
            .map(Class::getName)
            .toArray(String[]::new);

    private static final Account ACCOUNT = Account.ofProject("acme", null, new Limits(3, 10, false));

    private final Ledger ledger = new Ledger(new MemoryShelf(new SettableClock()), "one", new SettableClock());

    /** Those of each thread. */
    private final List<ArrayDeque<Reservation>> open =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());

    /** What is left of both kinds, or the kind that is short. */
    @Operation
    public String reserve(@Param(gen = ThreadIdGen.class) int thread, @Param(name = "tokens") int tokens) {
        var verdict = ledger.reserve(List.of(ACCOUNT), new Estimate(tokens, 0), OnStoreFailure.REFUSE)
                .toCompletableFuture()
                .join();
        return switch (verdict) {
            case Verdict.Granted granted -> {
                open.get(thread % 4).add(granted.reservation());
                yield granted.left().requests().remaining() + " and "
                        + granted.left().tokens().remaining();
            }
            case Verdict.TooSoon soon -> soon.kind() + " in " + soon.retryAfter();
            case Verdict.TooLarge large -> "too large";
            case Verdict.Unreachable away -> "unreachable";
        };
    }

    /** Gives back what the thread reserved first. */
    @Operation
    public boolean settle(@Param(gen = ThreadIdGen.class) int thread) {
        var reservation = open.get(thread % 4).poll();
        if (reservation == null) {
            return false;
        }
        reservation.settle(new Settlement.Nothing()).toCompletableFuture().join();
        return true;
    }

    @Test
    void in_every_order_of_steps_that_is_tried() {
        new ModelCheckingOptions()
                .addGuarantee(forClasses(ALONE).allMethods().treatAsAtomic())
                .threads(2)
                .actorsPerThread(2)
                .iterations(3)
                .invocationsPerIteration(50)
                .check(LedgerLincheckTest.class);
    }

    @Test
    void under_stress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(2)
                .iterations(5)
                .invocationsPerIteration(200)
                .check(LedgerLincheckTest.class);
    }
}
