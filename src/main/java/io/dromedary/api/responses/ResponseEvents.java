package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.Refusal;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream of chat chunks as the events of a response: first {@link #begin}, then any number of {@link #chunk}s, then one
 * of {@link #end}, {@link #failed} and {@link #left}. It does no I/O, and belongs to one thread.
 *
 * <p>Frames are {@code event: <type>\ndata: <object>\n\n} in UTF-8, with a {@code sequence_number} from 0 without a gap;
 * {@code [DONE]} is the caller's to write. Items are appended, and closed before the terminal event. The thoughts of a
 * model stand in its reasoning item, which is shown as it begins and as it ends; the two specifications have different
 * names for anything between, and clients of one break on those of the other.
 *
 * <p>Where a chat stream says an error in place of a chunk, the response fails with it: {@link #end} says so as {@link
 * #failed} would, and what comes after the error is passed over.
 */
public final class ResponseEvents {
    private static final String COMPLETED = "response.completed";
    private static final String INCOMPLETE = "response.incomplete";
    private static final String FAILED = "response.failed";
    private static final String IN_PROGRESS = "response.in_progress";

    /**
     * Where the events of one attempt begin, after those of others.
     *
     * @param sequence number of its first event
     * @param outputIndex of its first item
     */
    public record Begin(int sequence, int outputIndex) {
        static final Begin FIRST = new Begin(0, 0);
    }

    /**
     * How a stream ends. The second part is sent once the response is kept.
     *
     * @param closing frames that close parts and items
     * @param terminal the one frame of {@code response.completed}, {@code response.incomplete} or {@code response.failed}
     * @param response as the last frame has it
     */
    public record End(byte[] closing, byte[] terminal, ObjectNode response) {}

    private final ResponseObject object;
    private final LongSupplier epochSeconds;
    private final ItemEvents.Frames frames = new ItemEvents.Frames();
    private final ArrivingAnswer arriving;
    private @Nullable Answer answer;
    private int terminal;

    /** Of a response whose thoughts are shown when they are over. */
    public ResponseEvents(ResponseObject object, ResponseRequest request, ItemIds ids, LongSupplier epochSeconds) {
        this(object, request, ids, epochSeconds, false);
    }

    /**
     * Of a response.
     *
     * @param ids names the items
     * @param epochSeconds tells the time, in seconds since 1970
     * @param rawReasoning the caller asked for {@code response.reasoning_text.*}, which only OpenAI's clients know
     */
    public ResponseEvents(
            ResponseObject object,
            ResponseRequest request,
            ItemIds ids,
            LongSupplier epochSeconds,
            boolean rawReasoning) {
        this(object, request, ids, epochSeconds, rawReasoning, Begin.FIRST);
    }

    private ResponseEvents(
            ResponseObject object,
            ResponseRequest request,
            ItemIds ids,
            LongSupplier epochSeconds,
            boolean rawReasoning,
            Begin begin) {
        this.object = object;
        this.epochSeconds = epochSeconds;
        this.arriving = new ArrivingAnswer(request, ids, frames, rawReasoning, begin.outputIndex);
        frames.next(begin.sequence);
    }

    /**
     * Of a response that others have told of before: {@link #begin} is not called, which they have done.
     *
     * @param ids names its items otherwise than they have
     */
    public static ResponseEvents after(
            Begin begin, ResponseObject object, ResponseRequest request, ItemIds ids, LongSupplier epochSeconds) {
        return new ResponseEvents(object, request, ids, epochSeconds, false, begin);
    }

    /** The frames that come first where a response has to wait: {@code response.created} and {@code response.queued}. */
    public static byte[] queued(ObjectNode response) {
        var frames = new ItemEvents.Frames();
        frames.response("response.created", response);
        frames.response("response.queued", response);
        return frames.take();
    }

    /** The frame of {@code response.in_progress} alone. */
    public static byte[] inProgress(int sequence, ObjectNode response) {
        return frame(sequence, IN_PROGRESS, response);
    }

    /** The frame that ends the stream of a response, as its status says. One that was cancelled is told as incomplete. */
    public static byte[] terminal(int sequence, ObjectNode response) {
        return frame(
                sequence,
                switch (response.path("status").asText()) {
                    case "completed" -> COMPLETED;
                    case "failed" -> FAILED;
                    default -> INCOMPLETE;
                },
                response);
    }

    private static byte[] frame(int sequence, String type, ObjectNode response) {
        var frames = new ItemEvents.Frames();
        frames.next(sequence);
        frames.response(type, response);
        return frames.take();
    }

    /** The frames that come first: {@code response.created} and {@code response.in_progress}. */
    public byte[] begin() {
        var response = object.inProgress();
        frames.response("response.created", response);
        frames.response(IN_PROGRESS, response);
        return frames.take();
    }

    /**
     * What one chat chunk says: any number of frames, often none.
     *
     * @param json data of the event; what is no JSON object is passed over
     */
    public byte[] chunk(byte[] json) {
        var piece = ChatPiece.ofChunk(json);
        if (piece != null) {
            arriving.add(piece);
        }
        return frames.take();
    }

    /** The chat stream said that it went wrong: nothing more is to be had from it. */
    public boolean broken() {
        return arriving.error() != null;
    }

    /** What it said, or null. */
    public @Nullable ResponseError error() {
        return arriving.error();
    }

    /** The chat stream ended as it should. */
    public End end() {
        var error = arriving.error();
        if (error != null) {
            return failed(error);
        }
        var whole = arriving.ended();
        var response = object.ended(whole, epochSeconds.getAsLong());
        return end(whole, whole.incompleteReason() == null ? COMPLETED : INCOMPLETE, response);
    }

    /** It broke off, or no backend answered. What the chat stream itself said before counts instead. */
    public End failed(String message) {
        return failed(ResponseError.ofServer(message));
    }

    public End failed(Refusal refusal) {
        return failed(ResponseError.of(refusal));
    }

    /** May also follow {@link #end}, whose terminal event it replaces where the response could not be kept. */
    private End failed(ResponseError error) {
        var said = arriving.error();
        var soFar = answer;
        if (soFar == null) {
            soFar = arriving.brokenOff();
        } else {
            frames.next(terminal);
        }
        return end(soFar, FAILED, object.failed(said == null ? error : said, soFar));
    }

    /** The caller left. What is written then is for those who follow the response, now or later. */
    public End left() {
        var soFar = arriving.brokenOff();
        return end(soFar, INCOMPLETE, object.left(soFar));
    }

    private End end(Answer last, String type, ObjectNode response) {
        answer = last;
        var closing = frames.take();
        terminal = frames.next();
        frames.response(type, response);
        return new End(closing, frames.take(), response);
    }

    /** Number of the next event. */
    public int sequence() {
        return frames.next();
    }
}
