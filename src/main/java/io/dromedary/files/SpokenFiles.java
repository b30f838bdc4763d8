package io.dromedary.files;

import io.dromedary.api.Content;
import io.dromedary.api.audio.Recording;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** Recordings that are named instead of sent: by the id of a file, by a URL, or by a data URL that holds it. */
public final class SpokenFiles {
    private static final Pattern DATA = Pattern.compile("data:([^;,]{0,100})(?:;[^,;]{0,100})*;base64,");
    private static final String URL_PARAM = "input_file_id";
    private static final String UNKNOWN = "application/octet-stream";

    private final StoredFiles files;
    private final UrlFiles urls;

    public SpokenFiles(StoredFiles files, UrlFiles urls) {
        this.files = files;
        this.urls = urls;
    }

    /**
     * Finds one.
     *
     * @param param where its name stands
     * @param most bytes that it may have
     * @return fails with {@link RefusedException}: 404 for a file that is not there for this project, 400 for what cannot be
     *     fetched, 413 for too much of it. Its receiver is to close the content
     */
    public CompletionStage<Recording> find(String project, String name, String param, long most) {
        if (name.regionMatches(true, 0, "data:", 0, 5)) {
            return CompletableFuture.completedStage(held(name, param, most));
        }
        return UrlFiles.isUrl(name) ? fetched(project, name, param, most) : stored(project, name, param, most);
    }

    private static Recording held(String url, String param, long most) {
        var head = DATA.matcher(url);
        if (!head.lookingAt()) {
            throw Faults.at(
                    param, "invalid_value", "Invalid '%s': a data URL has to be written as data:audio/wav;base64,...");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(url.substring(head.end()));
        } catch (IllegalArgumentException e) {
            throw Faults.at(param, "invalid_value", "Invalid '%s': what comes after the comma is no base64.");
        }
        checkLength(bytes.length, most);
        var type = head.group(1).isEmpty() ? UNKNOWN : head.group(1);
        return new Recording("audio" + ending(type), type, new Held(bytes));
    }

    /** Servers find out by the name what it is. */
    private static String ending(String type) {
        return switch (type) {
            case "audio/mpeg", "audio/mp3" -> ".mp3";
            case "audio/mp4", "audio/m4a", "audio/x-m4a" -> ".m4a";
            case "audio/ogg" -> ".ogg";
            case "audio/flac", "audio/x-flac" -> ".flac";
            case "audio/webm" -> ".webm";
            default -> ".wav";
        };
    }

    private CompletionStage<Recording> fetched(String project, String url, String param, long most) {
        CompletionStage<StoredFile.Part> fetched;
        try {
            fetched = urls.forProject(project).fetch(url, most);
        } catch (RefusedException e) {
            throw renamed(e, param);
        }
        return fetched.handle((part, failure) -> {
            if (failure == null) {
                return new Recording(last(url), UNKNOWN, new Fetched(part));
            }
            var cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            throw cause instanceof RefusedException refused ? renamed(refused, param) : new CompletionException(cause);
        });
    }

    private static RefusedException renamed(RefusedException refused, String param) {
        return refused.refusal() instanceof Refusal.BadRequest bad && URL_PARAM.equals(bad.param())
                ? new RefusedException(new Refusal.BadRequest(
                        bad.message().replace("'" + URL_PARAM + "'", "'" + param + "'"), param, bad.code()))
                : refused;
    }

    private static String last(String url) {
        var end = url.indexOf('?') < 0 ? url.length() : url.indexOf('?');
        var name = url.substring(url.lastIndexOf('/', end) + 1, end);
        return name.isEmpty() ? "audio" : name;
    }

    private CompletionStage<Recording> stored(String project, String id, String param, long most) {
        return files.find(project, id).thenApply(file -> {
            if (file == null) {
                var shown = id.length() > 100 ? id.substring(0, 100) + "..." : id;
                throw new RefusedException(
                        new Refusal.NotFound("No such File object: " + shown, param, "file_not_found"));
            }
            checkLength(file.bytes(), most);
            return new Recording(file.filename(), UNKNOWN, new Stored(file));
        });
    }

    private static void checkLength(long length, long most) {
        if (length > most) {
            throw new RefusedException(new Refusal.Http(
                    413, "The file is larger than the " + most + " bytes that this gateway takes.", "file_too_large"));
        }
    }

    /** It came with the request. */
    private record Held(byte[] bytes) implements Content {
        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public CompletionStage<byte[]> read(long from, int most) {
            var begin = (int) Math.min(from, bytes.length);
            return CompletableFuture.completedStage(
                    Arrays.copyOfRange(bytes, begin, (int) Math.min(bytes.length, (long) begin + most)));
        }

        @Override
        public void close() {}
    }

    /** It was copied for this request alone. */
    private final class Fetched implements Content {
        private final StoredFile.Part part;

        Fetched(StoredFile.Part part) {
            this.part = part;
        }

        @Override
        public long length() {
            return part.length();
        }

        @Override
        public CompletionStage<byte[]> read(long from, int most) {
            return files.blobs().read(part.blob(), from, Math.clamp(part.length() - from, 0, most));
        }

        @Override
        public void close() {
            var _ = files.blobs().delete(part.blob());
        }
    }

    /** It is its owner's, who takes it away. */
    private final class Stored implements Content {
        private final StoredFile file;

        Stored(StoredFile file) {
            this.file = file;
        }

        @Override
        public long length() {
            return file.bytes();
        }

        @Override
        public CompletionStage<byte[]> read(long from, int most) {
            return files.read(file, from, most);
        }

        @Override
        public void close() {}
    }
}
