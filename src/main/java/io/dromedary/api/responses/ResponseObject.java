package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one builder of the response object. Whatever its status, it has every member that a client of OpenAI's or of Open
 * Responses needs; {@code output_text} is none of them, which clients make themselves. {@code usage} is null until
 * somebody has counted.
 *
 * <p>Each object is a new one, but shares the request's trees and the items: nobody changes those.
 */
public final class ResponseObject {
    private static final String AUTO = "auto";
    private static final String DEFAULT = "default";

    private final String id;
    private final ObjectNode template;

    private ResponseObject(String id, ObjectNode template) {
        this.id = id;
        this.template = template;
    }

    /**
     * Of one response.
     *
     * @param id {@code resp_} and 32 hexadecimal digits
     * @param createdAt in seconds since 1970
     * @param model public name, until the answer says which one it was
     */
    public static ResponseObject of(ResponseRequest request, String id, long createdAt, String model) {
        var template = RequestEcho.of(request);
        template.put("id", id).put("created_at", createdAt).put("model", model);
        return new ResponseObject(id, template);
    }

    public String id() {
        return id;
    }

    /** No output yet. */
    public ObjectNode inProgress() {
        return with("in_progress", Answer.none());
    }

    /** It waits until somebody makes it. */
    public ObjectNode queued() {
        return with("queued", Answer.none());
    }

    /**
     * A response that is ended by somebody else than who makes it.
     *
     * @param running as it was last; not changed
     * @param error null where its caller did not want it any more: it is cancelled then, and has failed otherwise
     * @param output what there is of it
     */
    public static ObjectNode stopped(ObjectNode running, @Nullable ResponseError error, List<ObjectNode> output) {
        var whole = JsonNodeFactory.instance.objectNode();
        whole.setAll(running);
        whole.put("status", error == null ? "cancelled" : "failed");
        whole.putArray("output").addAll(output);
        if (error != null) {
            describe(whole, error);
        }
        return whole;
    }

    private static void describe(ObjectNode whole, ResponseError error) {
        whole.putObject("error").put("code", error.code()).put("message", error.message());
    }

    /**
     * Completed, or incomplete where the answer is.
     *
     * @param completedAt in seconds since 1970; an incomplete one has none
     */
    public ObjectNode ended(Answer answer, long completedAt) {
        var whole = with(answer.status(), answer);
        if (answer.incompleteReason() == null) {
            whole.put("completed_at", completedAt);
        } else {
            whole.putObject("incomplete_details").put("reason", answer.incompleteReason());
        }
        tier(whole, answer.serviceTier());
        return whole;
    }

    /** @param soFar what the model had answered, or {@link Answer#none} */
    public ObjectNode failed(ResponseError error, Answer soFar) {
        var whole = with("failed", soFar);
        describe(whole, error);
        return whole;
    }

    /**
     * The caller left before the answer ended: incomplete, without a reason in {@code incomplete_details}, for the clients
     * know only those of a model.
     */
    public ObjectNode left(Answer soFar) {
        return with("incomplete", soFar);
    }

    private ObjectNode with(String status, Answer answer) {
        var whole = JsonNodeFactory.instance.objectNode();
        whole.setAll(template);
        whole.put("status", status);
        whole.putArray("output").addAll(answer.output());
        if (answer.usage() != null) {
            whole.set("usage", answer.usage());
        }
        if (answer.model() != null) {
            whole.put("model", answer.model());
        }
        if (answer.serviceTier() != null) {
            whole.put("service_tier", answer.serviceTier());
        }
        return whole;
    }

    /** Which tier {@code auto} came to, where the backend has no tiers to report: the only one that it has. */
    private static void tier(ObjectNode whole, @Nullable String reported) {
        if (reported == null && whole.path("service_tier").asText().equals(AUTO)) {
            whole.put("service_tier", DEFAULT);
        }
    }
}
