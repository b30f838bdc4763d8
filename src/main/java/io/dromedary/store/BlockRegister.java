package io.dromedary.store;

import io.dromedary.api.Ids;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A register in blocks. The newest block of an owner stands under the owner's name and grows; when it is full a copy is put
 * under its number, where it does not change any more, and an empty one takes its place. Ids that this gateway enters for
 * one owner at the same time are one write.
 */
final class BlockRegister implements Register {
    /** Ids in one block. */
    static final int FULL = 256;

    private static final int AT_ONCE = 8;
    private static final int MOST_TRIES = 100;

    private record Entry(String id, CompletableFuture<Void> entered) {}

    private final Shelf<IdBlock> shelf;
    private final Ids ids;
    private final Supplier<Duration> life;

    /** What waits for the write that is under way, by owner. */
    private final ConcurrentHashMap<String, List<Entry>> waiting = new ConcurrentHashMap<>();

    /** @param life how long a block is kept after its last id */
    BlockRegister(Shelf<IdBlock> shelf, Ids ids, Supplier<Duration> life) {
        this.shelf = shelf;
        this.ids = ids;
        this.life = life;
    }

    @Override
    public CompletionStage<Void> enter(String owner, String id) {
        var entry = new Entry(id, new CompletableFuture<>());
        var first = new boolean[1];
        waiting.compute(owner, (name, line) -> {
            if (line == null) {
                first[0] = true;
                return new ArrayList<>();
            }
            line.add(entry);
            return line;
        });
        if (first[0]) {
            write(owner, List.of(entry));
        }
        return entry.entered;
    }

    private void write(String owner, List<Entry> entries) {
        CompletionStage<Void> written;
        try {
            written = append(owner, entries.stream().map(Entry::id).toList(), 0);
        } catch (RuntimeException e) {
            written = CompletableFuture.failedStage(e);
        }
        written.whenComplete((done, failure) -> {
            writeNext(owner);
            for (var entry : entries) {
                if (failure == null) {
                    entry.entered.complete(null);
                } else {
                    entry.entered.completeExceptionally(bare(failure));
                }
            }
        });
    }

    private void writeNext(String owner) {
        var next = new ArrayList<Entry>();
        waiting.compute(owner, (name, line) -> {
            if (line == null || line.isEmpty()) {
                return null;
            }
            next.addAll(line);
            return new ArrayList<>();
        });
        if (!next.isEmpty()) {
            write(owner, next);
        }
    }

    private static Throwable bare(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private CompletionStage<Void> append(String owner, List<String> more, int tries) {
        if (tries >= MOST_TRIES) {
            throw new StoreException(owner + " was read and changed by others meanwhile, " + tries + " times in a row");
        }
        return shelf.get(owner).thenCompose(tail -> {
            var room = tail == null ? FULL : FULL - tail.value().ids().size();
            if (room <= 0 && tail != null) {
                return seal(owner, tail.value()).thenCompose(oldest -> {
                    var now = more.subList(0, Math.min(FULL, more.size()));
                    return went(
                            owner,
                            more,
                            now.size(),
                            tries,
                            replaced(owner, tail, tail.value().next(oldest, now)));
                });
            }
            var now = more.subList(0, Math.min(room, more.size()));
            var written = tail == null
                    ? shelf.putIfAbsent(owner, new IdBlock(ids.next(""), 0, 0, now), life.get())
                    : replaced(owner, tail, tail.value().with(now));
            return went(owner, more, now.size(), tries, written);
        });
    }

    private CompletionStage<Boolean> replaced(String owner, Held<IdBlock> tail, IdBlock next) {
        return shelf.replace(owner, tail, next, life.get());
    }

    private CompletionStage<Void> went(
            String owner, List<String> more, int count, int tries, CompletionStage<Boolean> written) {
        return written.thenCompose(done -> {
            if (!done) {
                return append(owner, more, tries + 1);
            }
            return count == more.size()
                    ? CompletableFuture.completedStage(null)
                    : append(owner, more.subList(count, more.size()), 0);
        });
    }

    /**
     * Puts a full block where it stays. Whoever else does so puts the same one.
     *
     * @return the number of the oldest block that may still be there
     */
    private CompletionStage<Long> seal(String owner, IdBlock full) {
        return shelf.putIfAbsent(key(owner, full, full.number()), full, life.get())
                .thenCompose(any -> {
                    var oldest = keys(owner, full, full.first(), Math.min(full.first() + AT_ONCE, full.number()));
                    return shelf.getAll(oldest).thenApply(found -> {
                        var first = full.first();
                        while (first - full.first() < oldest.size() && !found.containsKey(key(owner, full, first))) {
                            first++;
                        }
                        return first;
                    });
                });
    }

    private static String key(String owner, IdBlock block, long number) {
        return owner + "/" + block.series() + "/" + number;
    }

    private static List<String> keys(String owner, IdBlock block, long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(number -> key(owner, block, number))
                .toList();
    }

    @Override
    public CompletionStage<List<String>> page(String owner, @Nullable String after, int most, boolean newestFirst) {
        return shelf.get(owner).thenCompose(tail -> {
            if (tail == null) {
                return CompletableFuture.completedStage(List.of());
            }
            return new Walk(owner, tail.value(), new Page(after, most), newestFirst).begin();
        });
    }

    /** Fills while ids come by. */
    private static final class Page {
        private final int most;
        private final List<String> ids = new ArrayList<>();
        private @Nullable String after;

        Page(@Nullable String after, int most) {
            this.after = after;
            this.most = most;
        }

        boolean isFull() {
            return ids.size() >= most;
        }

        void take(List<String> block) {
            for (var id : block) {
                if (after != null) {
                    if (after.equals(id)) {
                        after = null;
                    }
                } else if (!isFull()) {
                    ids.add(id);
                }
            }
        }
    }

    /** One way through the blocks of an owner, as they were when it began. */
    private final class Walk {
        private final String owner;
        private final IdBlock tail;
        private final Page page;
        private final boolean newestFirst;

        Walk(String owner, IdBlock tail, Page page, boolean newestFirst) {
            this.owner = owner;
            this.tail = tail;
            this.page = page;
            this.newestFirst = newestFirst;
        }

        CompletionStage<List<String>> begin() {
            if (newestFirst) {
                page.take(tail.ids().reversed());
                return down(tail.number());
            }
            return up(tail.first());
        }

        private CompletionStage<List<String>> down(long above) {
            if (page.isFull() || above <= tail.first()) {
                return CompletableFuture.completedStage(page.ids);
            }
            var from = Math.max(tail.first(), above - AT_ONCE);
            var keys = keys(owner, tail, from, above).reversed();
            return shelf.getAll(keys).thenCompose(found -> {
                for (var key : keys) {
                    var block = found.get(key);
                    if (block != null) {
                        page.take(block.value().ids().reversed());
                    }
                }
                return down(from);
            });
        }

        private CompletionStage<List<String>> up(long from) {
            if (page.isFull() || from >= tail.number()) {
                page.take(tail.ids());
                return CompletableFuture.completedStage(page.ids);
            }
            var to = Math.min(tail.number(), from + AT_ONCE);
            var keys = keys(owner, tail, from, to);
            return shelf.getAll(keys).thenCompose(found -> {
                for (var key : keys) {
                    var block = found.get(key);
                    if (block != null) {
                        page.take(block.value().ids());
                    }
                }
                return up(to);
            });
        }
    }
}
