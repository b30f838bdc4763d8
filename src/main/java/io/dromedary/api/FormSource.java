package io.dromedary.api;

import io.dromedary.api.error.Refusal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A form with files that is still arriving. Everything here is called on the event loop of the call, and everything it
 * calls back is called there.
 */
public interface FormSource {
    /**
     * Begins to push; nothing is read from the client before. Called once.
     *
     * @param most bytes of all its files together: a form that is larger, or says that it will be, {@link Sink#failed fails}
     */
    void start(Sink sink, long most);

    /** Asks for silence, and the client to wait: a push that is under way may still come. */
    void pause();

    void resume();

    /**
     * A file of the form, as its sender describes it.
     *
     * @param field name of the form's field
     * @param filename as it was sent, whatever is in it; never to be used as a path; empty where there is none
     * @param contentType as it was sent, or null
     */
    record FilePart(String field, String filename, @Nullable String contentType) {}

    /** Where the form goes. After {@link #end} or {@link #failed} nothing comes any more. */
    interface Sink {
        /**
         * Fields that stand before the first file, when they are known so early; no promise. {@link #end} tells all of them.
         *
         * @param fields those that are whole by then
         */
        default void early(Map<String, String> fields) {}

        /** A file begins. Files come one after the other. */
        void file(FilePart part);

        /** Some of the file; the array is the sink's from now on. */
        void piece(byte[] bytes);

        /** That was all of the file. */
        void fileEnd();

        /**
         * That was the form.
         *
         * @param fields those that are no files, by name, wherever in the form they stood; a name that came more than once has
         *     as many values
         */
        void end(Map<String, List<String>> fields);

        /** There is no more: what came is no form, is too much of one or came too slowly, or its sender is gone. */
        void failed(Refusal refusal);
    }
}
