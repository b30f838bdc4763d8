package io.dromedary.files;

import io.dromedary.api.Ids;
import io.dromedary.store.Held;
import io.dromedary.store.Register;
import io.dromedary.store.Shelf;
import io.dromedary.store.ShelfName;
import io.dromedary.store.Store;
import io.dromedary.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Files on a shelf, their content in blobs. */
public final class ShelvedFiles implements StoredFiles {
    /** The longest that a sender may ask for. */
    static final Duration LONGEST = Duration.ofDays(30);

    /** Content is there for a while after its file is gone: somebody may be reading it. */
    private static final Duration MARGIN = Duration.ofHours(1);

    private static final int AT_ONCE = 512;
    private static final byte[] NOTHING = {};

    /** What tells the time. */
    public record Time(InstantSource clock, LongSupplier nanos) {}

    private final Shelf<StoredFile> shelf;
    private final Register register;
    private final SweptBlobs blobs;
    private final BlobMarks marks;
    private final Supplier<Duration> longest;
    private final InstantSource clock;

    private ShelvedFiles(
            Shelf<StoredFile> shelf,
            Register register,
            SweptBlobs blobs,
            BlobMarks marks,
            Supplier<Duration> longest,
            InstantSource clock) {
        this.shelf = shelf;
        this.register = register;
        this.blobs = blobs;
        this.marks = marks;
        this.longest = longest;
        this.clock = clock;
    }

    /**
     * The files of a store.
     *
     * @param shared other gateways use the store
     * @param folder for their content; null for the store itself
     * @param fsync of the folder
     * @param retention of files whose sender does not say it
     */
    public static ShelvedFiles in(
            Store store,
            boolean shared,
            @Nullable Path folder,
            boolean fsync,
            Supplier<Duration> retention,
            Ids ids,
            Time time) {
        Supplier<Duration> longest = () -> longest(retention.get());
        var register = Register.in(store, ids, longest);
        var entries = store.shelf(ShelfName.BLOBS, BlobEntry.CODEC);
        var marks = new BlobMarks(entries, ids, !shared);
        var blobs = folder == null
                ? new ShelfBlobs(entries, register, marks, longest, time.nanos)
                : new FolderBlobs(folder, fsync, marks, time.nanos);
        var files = store.shelf(ShelfName.FILES, new StoredFileCodec());
        return new ShelvedFiles(files, register, blobs, marks, longest, time.clock);
    }

    /** Lists and content must not be gone before the last file is. */
    private static Duration longest(Duration retention) {
        return (retention.compareTo(LONGEST) > 0 ? retention : LONGEST)
                .plus(Blobs.UNCLAIMED)
                .plus(MARGIN);
    }

    @Override
    public CompletionStage<Void> add(StoredFile file) {
        var life = life(file);
        // who finds the file finds its content: it is kept first
        return register.enter(owner(file.project()), file.id())
                .thenCompose(entered -> marks.keep(names(file), life.plus(MARGIN)))
                .thenCompose(kept -> {
                    if (!kept) {
                        throw new StoreException("the content of " + file.id() + " was given up");
                    }
                    return shelf.putIfAbsent(file.id(), file, life);
                })
                .thenAccept(put -> {
                    if (!put) {
                        throw new StoreException("there is a file " + file.id() + " already");
                    }
                });
    }

    private Duration life(StoredFile file) {
        return file.expires() == null ? longest.get() : Duration.between(clock.instant(), file.expires());
    }

    private static List<String> names(StoredFile file) {
        return file.parts().stream().map(StoredFile.Part::blob).distinct().toList();
    }

    @Override
    public CompletionStage<@Nullable StoredFile> find(String project, String id) {
        return shelf.get(id).thenApply(held -> held == null || !isThere(held.value(), project) ? null : held.value());
    }

    private boolean isThere(StoredFile file, String project) {
        return file.project().equals(project)
                && (file.expires() == null || file.expires().isAfter(clock.instant()));
    }

    @Override
    public CompletionStage<List<StoredFile>> page(
            String project, @Nullable String after, int most, boolean newestFirst, @Nullable String purpose) {
        return fill(new Page(project, most, newestFirst, purpose, new ArrayList<>()), after);
    }

    private record Page(
            String project,
            int most,
            boolean newestFirst,
            @Nullable String purpose,
            List<StoredFile> files) {
        /** One more shows that there are more. */
        boolean isFull() {
            return files.size() > most;
        }
    }

    private CompletionStage<List<StoredFile>> fill(Page page, @Nullable String after) {
        var count = Math.min(AT_ONCE, page.most + 1);
        return register.page(owner(page.project), after, count, page.newestFirst)
                .thenCompose(ids -> shelf.getAll(ids).thenCompose(found -> {
                    for (var id : ids) {
                        var held = found.get(id);
                        if (held != null && !page.isFull() && isWanted(held, page)) {
                            page.files.add(held.value());
                        }
                    }
                    return page.isFull() || ids.size() < count
                            ? CompletableFuture.completedStage(page.files)
                            : fill(page, ids.getLast());
                }));
    }

    private boolean isWanted(Held<StoredFile> held, Page page) {
        var file = held.value();
        return isThere(file, page.project) && (page.purpose == null || page.purpose.equals(file.purpose()));
    }

    @Override
    public CompletionStage<Boolean> delete(String project, String id) {
        return shelf.get(id).thenCompose(held -> {
            if (held == null || !isThere(held.value(), project)) {
                return CompletableFuture.completedStage(false);
            }
            return shelf.remove(id, held)
                    .thenCompose(removed -> removed
                            ? deleteAll(names(held.value())).thenApply(done -> true)
                            : CompletableFuture.completedStage(false));
        });
    }

    private CompletionStage<Void> deleteAll(Collection<String> names) {
        CompletionStage<Void> all = CompletableFuture.completedStage(null);
        for (var name : names) {
            all = all.thenCompose(done -> blobs.delete(name));
        }
        return all;
    }

    @Override
    public CompletionStage<byte[]> read(StoredFile file, long from, int most) {
        var begin = 0L;
        for (var part : file.parts()) {
            var end = begin + part.length();
            if (from < end) {
                return blobs.read(part.blob(), from - begin, (int) Math.min(most, end - from));
            }
            begin = end;
        }
        return CompletableFuture.completedStage(NOTHING);
    }

    @Override
    public Blobs blobs() {
        return blobs;
    }

    /**
     * Takes away content that belongs to nobody: of files that have expired, and what was begun and never became a file.
     *
     * @return of how many blobs
     */
    public CompletionStage<Integer> sweep() {
        return blobs.sweep();
    }

    private static String owner(String project) {
        return "files/" + project;
    }
}
