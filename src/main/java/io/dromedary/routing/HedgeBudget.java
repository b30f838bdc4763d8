package io.dromedary.routing;

import io.dromedary.backend.BackendName;
import io.dromedary.backend.Target;
import io.dromedary.config.HedgeSettings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often a second attempt may be started beside a late one: for each backend a share of the attempts that it gets,
 * with a few in hand, so that a provider which is slow for everybody is not asked for twice the work elsewhere.
 */
public final class HedgeBudget {
    private static final class Account {
        private double credit;

        Account(HedgeSettings settings) {
            credit = settings.inHand();
        }

        synchronized void attempt(HedgeSettings settings) {
            credit = Math.min(settings.inHand(), credit + settings.share());
        }

        synchronized boolean take(HedgeSettings settings) {
            if (credit < 1 || settings.share() == 0) {
                return false;
            }
            credit--;
            return true;
        }
    }

    private final Map<BackendName, Account> accounts = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();

    /** The backend got an attempt. */
    void attempt(Target target) {
        account(target).attempt(target.failover().hedge());
    }

    /** True when the backend's attempt that is late may have another beside it. */
    boolean take(Target late) {
        return account(late).take(late.failover().hedge());
    }

    /** An attempt beside a late one is being made. */
    void begun() {
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    /** Attempts beside late ones that are under way. */
    public int inFlight() {
        return inFlight.get();
    }

    private Account account(Target target) {
        var known = accounts.get(target.backend());
        return known != null
                ? known
                : accounts.computeIfAbsent(
                        target.backend(), any -> new Account(target.failover().hedge()));
    }
}
