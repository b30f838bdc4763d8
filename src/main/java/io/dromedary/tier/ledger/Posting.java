package io.dromedary.tier.ledger;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One look at an account or change to it, which waits in line for its turn. Whoever has the turn may touch it. */
final class Posting {
    /** What is to be done. */
    enum Act {
        /** Changes the account where that has enough. */
        TAKE,
        /** Changes the account. */
        GIVE,
        LOOK
    }

    final Act act;
    final Limits limits;
    final Amount amount;
    final Movement movement;
    final CompletableFuture<Outcome> told = new CompletableFuture<>();

    /** The one behind it, or before it while the line is still a stack. */
    @Nullable
    Posting next;

    Outcome outcome = Outcome.UNREACHABLE;

    private Posting(Act act, Limits limits, Amount amount, Movement movement) {
        this.act = act;
        this.limits = limits;
        this.amount = amount;
        this.movement = movement;
    }

    static Posting take(Limits limits, Amount amount) {
        return new Posting(Act.TAKE, limits, amount, Movement.taking(amount));
    }

    static Posting give(Limits limits, Movement movement) {
        return new Posting(Act.GIVE, limits, new Amount(0, 0), movement);
    }

    static Posting look(Limits limits) {
        return new Posting(Act.LOOK, limits, new Amount(0, 0), Movement.NOTHING);
    }
}
