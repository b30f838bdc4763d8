package io.dromedary.files;

import io.dromedary.files.BlobEntry.Piece;
import io.dromedary.store.Held;
import io.dromedary.store.Register;
import io.dromedary.store.Shelf;
import io.dromedary.store.StoreException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as pieces on a shelf, for gateways that share a store and no folder. All pieces but the last are of one length; the
 * last one grows by being replaced.
 */
final class ShelfBlobs implements SweptBlobs {
    /** Bytes of a piece. */
    static final int PIECE = 256 * 1024;

    private static final int AT_ONCE = 256;

    private static final CompletionStage<Boolean> GONE = CompletableFuture.completedStage(true);

    /** So many lists of names, that gateways do not crowd on one. */
    private static final String LISTS = "0123456789abcdef";

    private final Shelf<BlobEntry> shelf;
    private final Register register;
    private final BlobMarks marks;
    private final Supplier<Duration> longest;
    private final LongSupplier nanos;

    /** Blobs that were found unwanted, and taken away: their names stay in the register. */
    private final Set<String> gone = ConcurrentHashMap.newKeySet();

    /** In their lists, as of this sweep. */
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    /** @param longest that any content is kept; pieces whose blob nobody deletes are gone after that */
    ShelfBlobs(
            Shelf<BlobEntry> shelf,
            Register register,
            BlobMarks marks,
            Supplier<Duration> longest,
            LongSupplier nanos) {
        this.shelf = shelf;
        this.register = register;
        this.marks = marks;
        this.longest = longest;
        this.nanos = nanos;
    }

    @Override
    public Writer create() {
        return begin(false, UNCLAIMED);
    }

    @Override
    public Writer receive(Duration unclaimed) {
        return begin(true, unclaimed);
    }

    private Writer begin(boolean received, Duration unclaimed) {
        var name = marks.newName();
        return new OpenBlob(name, marks, received, unclaimed, nanos, new Pieces(name));
    }

    @Override
    public CompletionStage<byte[]> read(String blob, long from, int most) {
        return shelf.get(key(blob, from / PIECE)).thenCompose(held -> {
            if (held != null && held.value() instanceof Piece(byte[] bytes)) {
                var begin = Math.min(bytes.length, (int) (from % PIECE));
                var end = Math.min(bytes.length, (int) Math.min(Integer.MAX_VALUE, (long) begin + most));
                return CompletableFuture.completedStage(
                        begin == 0 && end == bytes.length ? bytes : Arrays.copyOfRange(bytes, begin, end));
            }
            return marks.isWanted(blob).thenApply(wanted -> {
                if (!wanted) {
                    throw new StoreException("there is no blob " + blob);
                }
                return new byte[0];
            });
        });
    }

    @Override
    public CompletionStage<Void> delete(String blob) {
        return marks.drop(blob).thenCompose(dropped -> remove(blob));
    }

    /** The last piece first: whoever dies amid this leaves a shorter blob, which can be found and taken away from its start. */
    private CompletionStage<Void> remove(String blob) {
        return pieces(blob, 0, -1)
                .thenCompose(count -> removeDown(blob, count - 1).thenCompose(nothing -> removeUp(blob, count)));
    }

    /**
     * How many pieces there are.
     *
     * @param least so many are
     * @param most no more are; negative where that is not known
     */
    private CompletionStage<Long> pieces(String blob, long least, long most) {
        if (least == most) {
            return CompletableFuture.completedStage(least);
        }
        var number = most < 0 ? 2 * least : (least + most) / 2;
        return shelf.get(key(blob, number))
                .thenCompose(held -> held == null ? pieces(blob, least, number) : pieces(blob, number + 1, most));
    }

    private CompletionStage<Void> removeDown(String blob, long number) {
        if (number < 0) {
            return CompletableFuture.completedStage(null);
        }
        var key = key(blob, number);
        return shelf.get(key)
                .thenCompose(held -> held == null ? GONE : shelf.remove(key, held))
                // where it was changed just now it is the last one, and its writer finds out that nobody wants it
                .thenCompose(removed -> removeDown(blob, removed ? number - 1 : number));
    }

    /** What was written meanwhile. */
    private CompletionStage<Void> removeUp(String blob, long number) {
        var key = key(blob, number);
        return shelf.get(key).thenCompose(held -> {
            if (held == null) {
                return CompletableFuture.completedStage(null);
            }
            return shelf.remove(key, held).thenCompose(removed -> removeUp(blob, removed ? number + 1 : number));
        });
    }

    @Override
    public CompletionStage<Integer> sweep() {
        seen.clear();
        CompletionStage<Integer> all = CompletableFuture.completedStage(0);
        for (var i = 0; i < LISTS.length(); i++) {
            var list = list(LISTS.substring(i, i + 1));
            all = all.thenCompose(count -> sweep(list, null, count));
        }
        // names leave their lists in the end, and then nobody needs to know of them
        return all.thenApply(count -> {
            gone.retainAll(seen);
            return count;
        });
    }

    private CompletionStage<Integer> sweep(String list, @Nullable String after, int count) {
        return register.page(list, after, AT_ONCE, false).thenCompose(names -> {
            if (names.isEmpty()) {
                return CompletableFuture.completedStage(count);
            }
            seen.addAll(names);
            var unknown = names.stream().filter(name -> !gone.contains(name)).toList();
            return marks.unwanted(unknown)
                    .thenCompose(unwanted -> removeAll(List.copyOf(unwanted), 0))
                    .thenCompose(removed -> sweep(list, names.getLast(), count + removed));
        });
    }

    private CompletionStage<Integer> removeAll(List<String> blobs, int from) {
        if (from == blobs.size()) {
            return CompletableFuture.completedStage(from);
        }
        var blob = blobs.get(from);
        return remove(blob).thenCompose(done -> {
            gone.add(blob);
            return removeAll(blobs, from + 1);
        });
    }

    private static String list(String name) {
        return "blobs/" + name.charAt(0);
    }

    private static String key(String blob, long number) {
        return blob + "/" + number;
    }

    /** Writes one blob. Holds its last piece, which may not be full. */
    private final class Pieces implements OpenBlob.Ink {
        private final String name;
        private byte[] last = new byte[0];

        Pieces(String name) {
            this.name = name;
        }

        /** After its mark: what is in the register and has none is nobody's. */
        @Override
        public CompletionStage<Void> begin() {
            return register.enter(list(name), name);
        }

        @Override
        public CompletionStage<Void> write(byte[] bytes, long at) {
            return write(bytes, 0, at / PIECE);
        }

        private CompletionStage<Void> write(byte[] bytes, int from, long number) {
            var count = Math.min(PIECE - last.length, bytes.length - from);
            var piece = Arrays.copyOf(last, last.length + count);
            System.arraycopy(bytes, from, piece, last.length, count);
            return put(number, piece).thenCompose(done -> {
                if (!done) {
                    throw new StoreException("the blob " + name + " was given up");
                }
                last = piece.length == PIECE ? new byte[0] : piece;
                return from + count == bytes.length
                        ? CompletableFuture.completedStage(null)
                        : write(bytes, from + count, number + 1);
            });
        }

        private CompletionStage<Boolean> put(long number, byte[] piece) {
            var life = longest.get();
            if (last.length == 0) {
                return shelf.putIfAbsent(key(name, number), new Piece(piece), life);
            }
            BlobEntry before = new Piece(last);
            return shelf.replace(
                    key(name, number), new Held<>(before, BlobEntry.CODEC.encode(before)), new Piece(piece), life);
        }

        @Override
        public CompletionStage<Void> close() {
            last = new byte[0];
            return CompletableFuture.completedStage(null);
        }
    }
}
