package io.dromedary.files.url;

import io.dromedary.api.error.RefusedException;
import java.io.IOException;
import java.io.InputStream;

/** Takes a stream of bytes to where they are kept. Waits. */
@FunctionalInterface
public interface Copy<T> {
    /**
     * Reads to the end.
     *
     * @param most bytes; more are refused
     * @throws RefusedException 400 where there are more
     */
    T of(InputStream content, long most) throws IOException;

    /** What is told of a file that is longer than it may be. */
    static RefusedException tooLong(long most) {
        return Unfetchable.because("names a file of more than " + most + " bytes.");
    }
}
