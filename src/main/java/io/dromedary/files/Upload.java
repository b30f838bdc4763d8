package io.dromedary.files;

import io.dromedary.api.FormSource;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way in. Holds a piece or two: while one is being written the next is gathered, and then the client waits.
 * Lives on the call's event loop.
 */
final class Upload implements FormSource.Sink {
    private static final int PIECE = ShelfBlobs.PIECE;
    private static final int LONGEST_NAME = 512;

    /** Who writes pauses no longer than the time that a body has; what a gateway that died has left is not kept for long. */
    private static final Duration UNCLAIMED = Duration.ofHours(1);

    /** What came. */
    record Received(String filename, StoredFile.Part part, Map<String, String> fields) {}

    private final Blobs.Writer writer;
    private final Blobs blobs;
    private final FormSource form;
    private final long most;
    private final Executor loop;
    private final CompletableFuture<Received> received = new CompletableFuture<>();

    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private @Nullable String filename;
    private @Nullable Map<String, String> fields;
    private @Nullable Throwable failure;
    private long total;
    private boolean wanted;
    private boolean writing;
    private boolean over;

    /** @param most bytes of the file */
    Upload(Blobs blobs, FormSource form, long most, Executor loop) {
        this.blobs = blobs;
        this.writer = blobs.create(UNCLAIMED);
        this.form = form;
        this.most = most;
        this.loop = loop;
    }

    /**
     * Begins.
     *
     * @return complete on the loop; fails with {@link RefusedException} where it is no upload, and with
     *     {@link io.dromedary.store.StoreException}. Nothing is left behind then
     */
    CompletableFuture<Received> begin() {
        form.start(this);
        return received;
    }

    /** What is wrong with them is told before the file has come. */
    @Override
    public void early(Map<String, String> so) {
        var purpose = so.get("purpose");
        if (purpose == null) {
            return;
        }
        try {
            UploadForm.checkPurpose(purpose);
        } catch (RefusedException e) {
            fail(e);
        }
    }

    @Override
    public void file(FormSource.FilePart part) {
        wanted = part.field().equals("file");
        if (!wanted || failure != null) {
            return;
        }
        if (filename != null) {
            fail(Faults.at("file", "invalid_value", "Invalid '%s': send one file at a time."));
            return;
        }
        filename = part.filename().isEmpty() ? "file" : part.filename();
        if (filename.length() > LONGEST_NAME) {
            fail(Faults.longString("file", LONGEST_NAME, filename.length()));
        }
    }

    @Override
    public void piece(byte[] bytes) {
        if (!wanted || failure != null) {
            return;
        }
        total += bytes.length;
        if (total > most) {
            fail(new RefusedException(new Refusal.Http(
                    413, "The file is larger than the " + most + " bytes that this gateway takes.", "file_too_large")));
            return;
        }
        gathered.writeBytes(bytes);
        if (gathered.size() >= PIECE) {
            if (writing) {
                form.pause();
            } else {
                write();
            }
        }
    }

    @Override
    public void fileEnd() {
        wanted = false;
    }

    @Override
    public void end(Map<String, String> all) {
        fields = all;
        goOn();
    }

    @Override
    public void failed(Refusal refusal) {
        fail(new RefusedException(refusal));
    }

    private void fail(Throwable why) {
        if (failure == null) {
            failure = why;
            goOn();
        }
    }

    private void write() {
        writing = true;
        var piece = gathered.toByteArray();
        gathered.reset();
        writer.append(piece)
                .whenComplete((done, failed) -> loop.execute(() -> {
                    writing = false;
                    if (failed != null) {
                        fail(failed);
                    }
                    goOn();
                }));
    }

    private void goOn() {
        if (writing || over) {
            return;
        }
        if (failure != null) {
            giveUp(failure);
        } else if (gathered.size() >= PIECE || fields != null && gathered.size() > 0) {
            write();
            form.resume();
        } else if (fields != null) {
            end(fields, filename);
        }
    }

    private void end(Map<String, String> all, @Nullable String name) {
        over = true;
        writer.close()
                .whenComplete((done, failed) -> loop.execute(() -> {
                    if (failed != null) {
                        giveUp(failed);
                    } else if (name == null) {
                        giveUp(
                                Faults.at(
                                        "file",
                                        "missing_required_parameter",
                                        "Missing required parameter: '%s'. Send it as a part of the form that has a filename."));
                    } else {
                        received.complete(new Received(name, new StoredFile.Part(writer.name(), writer.length()), all));
                    }
                }));
    }

    /** Who waits is told when nothing is left. */
    private void giveUp(Throwable why) {
        over = true;
        writer.close()
                .handle((closed, failed) -> failed == null)
                .thenCompose(any -> blobs.delete(writer.name()))
                .whenComplete((gone, failed) -> loop.execute(() -> received.completeExceptionally(why)));
    }
}
