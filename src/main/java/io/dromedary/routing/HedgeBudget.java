package io.dromedary.routing;

import io.dromedary.backend.BackendName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often a second attempt may be started beside a late one: for each backend a share of the attempts that it gets,
 * with a few in hand, so that a provider which is slow for everybody is not asked for twice the work elsewhere.
 */
public final class HedgeBudget {
    private static final double SHARE = 0.1;
    private static final double IN_HAND = 10;

    private static final class Account {
        private double credit = IN_HAND;

        synchronized void attempt() {
            credit = Math.min(IN_HAND, credit + SHARE);
        }

        synchronized boolean take() {
            if (credit < 1) {
                return false;
            }
            credit--;
            return true;
        }
    }

    private final Map<BackendName, Account> accounts = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();

    /** The backend got an attempt. */
    void attempt(BackendName backend) {
        account(backend).attempt();
    }

    /** True when the backend's attempt that is late may have another beside it. */
    boolean take(BackendName late) {
        return account(late).take();
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

    private Account account(BackendName backend) {
        var known = accounts.get(backend);
        return known != null ? known : accounts.computeIfAbsent(backend, any -> new Account());
    }
}
