package io.dromedary.files;

import io.dromedary.api.FormSource;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way in. Holds a piece or two: while one is being written the next is gathered, and then the client waits.
 * Lives on the call's event loop.
 */
final class Upload implements FormSource.Sink {
    private static final int LONGEST_NAME = 512;

    /** Where the file goes. One call at a time; each may be complete on any thread. */
    interface Place {
        CompletionStage<Void> append(byte[] bytes);

        /** No more comes. */
        CompletionStage<Void> close();

        /** Nothing of it is left when this is complete. */
        CompletionStage<Void> discard();
    }

    /**
     * What came.
     *
     * @param contentType as its sender gave it, or null
     * @param length bytes of the file
     */
    record Received(String filename, @Nullable String contentType, long length, Map<String, List<String>> fields) {}

    private final Place place;
    private final FormSource form;
    private final long most;
    private final int pieceBytes;
    private final Executor loop;
    private final CompletableFuture<Received> received = new CompletableFuture<>();

    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private @Nullable String filename;
    private @Nullable String contentType;
    private @Nullable Map<String, List<String>> fields;
    private @Nullable Throwable failure;
    private long total;
    private boolean wanted;
    private boolean writing;
    private boolean over;

    /**
     * Nothing is read yet.
     *
     * @param most bytes of the file
     * @param pieceBytes it is written in pieces of about so many
     */
    Upload(Place place, FormSource form, long most, int pieceBytes, Executor loop) {
        this.place = place;
        this.form = form;
        this.most = most;
        this.pieceBytes = pieceBytes;
        this.loop = loop;
    }

    /**
     * Begins.
     *
     * @return complete on the loop; fails with {@link RefusedException} where it is no upload, and with
     *     {@link io.dromedary.store.StoreException}. Nothing is left behind then
     */
    CompletableFuture<Received> begin() {
        form.start(this, most);
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
        contentType = part.contentType();
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
        if (gathered.size() >= pieceBytes) {
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
    public void end(Map<String, List<String>> all) {
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
        place.append(piece)
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
        } else if (gathered.size() >= pieceBytes || fields != null && gathered.size() > 0) {
            write();
            form.resume();
        } else if (fields != null) {
            end(fields, filename);
        }
    }

    private void end(Map<String, List<String>> all, @Nullable String name) {
        over = true;
        place.close()
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
                        received.complete(new Received(name, contentType, total, all));
                    }
                }));
    }

    /** Who waits is told when nothing is left. */
    private void giveUp(Throwable why) {
        over = true;
        place.close()
                .handle((closed, failed) -> failed == null)
                .thenCompose(any -> place.discard())
                .whenComplete((gone, failed) -> loop.execute(() -> received.completeExceptionally(why)));
    }
}
