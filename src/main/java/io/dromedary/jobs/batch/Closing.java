package io.dromedary.jobs.batch;

/** Why no more lines are run: those that are left get an error each. */
enum Closing {
    CANCELLED(BatchStatus.CANCELLED, "batch_cancelled", "This request was not run: its batch was cancelled."),
    EXPIRED(
            BatchStatus.EXPIRED,
            "batch_expired",
            "This request could not be run before the completion window of its batch was over."),
    GIVEN_UP(BatchStatus.FAILED, "batch_failed", "This request was not run: its batch has failed.");

    private final BatchStatus status;
    private final String code;
    private final String message;

    Closing(BatchStatus status, String code, String message) {
        this.status = status;
        this.code = code;
        this.message = message;
    }

    /** What the batch ends with. */
    BatchStatus status() {
        return status;
    }

    /** What stands in the error file for a line. */
    byte[] line(String id, String customId) {
        return ResultLines.unanswered(id, customId, code, message);
    }
}
