package io.dromedary.tier.ledger;

import io.dromedary.store.Shelf;
import io.dromedary.tier.ledger.Entry.Mark;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accounts on one shelf. A posting that the shelf could not be reached for is not lost where it gives; see {@link Turn}. */
final class Book {
    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int MOST_SLOTS = 10_000;

    private final Shelf<Entry> shelf;
    private final String gateway;
    private final InstantSource clock;
    private final AtomicLong changes = new AtomicLong();
    private final LongAdder late = new LongAdder();
    private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();
    private volatile boolean failing;

    Book(Shelf<Entry> shelf, String gateway, InstantSource clock) {
        if (!EntryText.isGateway(gateway)) {
            throw new IllegalArgumentException("no name of a gateway: " + gateway);
        }
        this.shelf = shelf;
        this.gateway = gateway;
        this.clock = clock;
    }

    CompletableFuture<Outcome> take(Account account, Amount amount) {
        return post(account, Posting.take(account.limits(), amount));
    }

    CompletableFuture<Outcome> give(Account account, Movement movement) {
        return post(account, Posting.give(account.limits(), movement));
    }

    CompletableFuture<Outcome> look(Account account) {
        return post(account, Posting.look(account.limits()));
    }

    private CompletableFuture<Outcome> post(Account account, Posting posting) {
        slot(account.key()).post(posting);
        return posting.told;
    }

    private Slot slot(String key) {
        var known = slots.get(key);
        if (known != null) {
            return known;
        }
        if (slots.size() >= MOST_SLOTS) {
            slots.values().removeIf(Slot::isSpare);
        }
        return slots.computeIfAbsent(key, any -> new Slot(any, this));
    }

    Shelf<Entry> shelf() {
        return shelf;
    }

    long now() {
        return clock.millis();
    }

    /** Of a change that is about to be written. */
    Mark mark() {
        return new Mark(gateway, changes.incrementAndGet());
    }

    void answered() {
        if (failing) {
            failing = false;
            LOG.info("The store of limits can be used again.");
        }
    }

    /** @param settlements that are owed now */
    void failed(Throwable failure, int settlements) {
        late.add(settlements);
        if (!failing) {
            failing = true;
            LOG.warn("The store of limits cannot be used. What is settled meanwhile is counted later.", failure);
        }
    }

    long late() {
        return late.sum();
    }

    boolean failing() {
        return failing;
    }
}
