package io.dromedary.files;

import java.util.concurrent.CompletionStage;

/** Blobs of which those that nobody wants can be found. */
interface SweptBlobs extends Blobs {
    /**
     * Takes away what nobody wants.
     *
     * @return how many there were
     */
    CompletionStage<Integer> sweep();
}
