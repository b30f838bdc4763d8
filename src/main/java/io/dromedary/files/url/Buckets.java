package io.dromedary.files.url;

import io.dromedary.config.GatewaySettings.S3;
import java.io.IOException;
import java.io.InputStream;

/** An object store. Its methods wait. */
public interface Buckets {
    /**
     * Reads an object.
     *
     * @param store which, and with which keys
     * @throws MissingObjectException where it is not there, or not for us
     */
    <T> T read(S3 store, BucketUrl object, long most, Copy<T> copy) throws IOException;

    /**
     * Writes an object, over one that is there.
     *
     * @param length of the content
     */
    void write(S3 store, BucketUrl object, InputStream content, long length) throws IOException;

    /** There is no such object, no such bucket, or no permission; the message says which, in the store's own word. */
    final class MissingObjectException extends IOException {
        private static final long serialVersionUID = 1;

        public MissingObjectException(String code) {
            super(code);
        }
    }
}
