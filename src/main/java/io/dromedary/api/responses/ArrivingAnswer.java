package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** An answer that comes in pieces. Of its model and its usage the last that is said counts. */
final class ArrivingAnswer {
    private final OutputItems items;
    private @Nullable String incompleteReason;
    private @Nullable ObjectNode usage;
    private @Nullable String model;
    private @Nullable String serviceTier;
    private @Nullable ResponseError error;

    /**
     * One of which nothing has come.
     *
     * @param raw thoughts are shown as they come, by events that only OpenAI knows
     * @param firstIndex {@code output_index} of its first item
     */
    ArrivingAnswer(ResponseRequest request, ItemIds ids, ItemEvents events, boolean raw, int firstIndex) {
        this.items = new OutputItems(request, ids, events, raw, firstIndex);
    }

    /** Adds a piece; nothing where it went wrong before. */
    void add(ChatPiece piece) {
        if (error != null) {
            return;
        }
        model = piece.model().isEmpty() ? model : piece.model();
        serviceTier = piece.serviceTier().isEmpty() ? serviceTier : piece.serviceTier();
        var counts = ChatDetails.usage(piece.usage());
        usage = counts == null ? usage : counts;
        items.add(piece);
        switch (piece.finishReason()) {
            case "length" -> incompleteReason = "max_output_tokens";
            case "content_filter" -> incompleteReason = "content_filter";
            default -> {}
        }
        if (!piece.error().isMissingNode() && !piece.error().isNull()) {
            error = ResponseError.of(piece.error());
        }
    }

    /** What went wrong, as the backend said it between the pieces. */
    @Nullable
    ResponseError error() {
        return error;
    }

    /** The backend said all. */
    Answer ended() {
        return answer(incompleteReason, incompleteReason == null, false);
    }

    /** It broke off, and this is what there is. */
    Answer brokenOff() {
        return answer(null, false, true);
    }

    private Answer answer(@Nullable String reason, boolean whole, boolean mayBeEmpty) {
        return new Answer(items.close(whole, mayBeEmpty), reason, usage, model, serviceTier);
    }
}
