package io.dromedary.backend.dialect;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.backend.Capabilities;
import io.dromedary.backend.Quirks;
import io.dromedary.backend.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a request does not fit a backend. A member that would change what the answer means is refused; one that does
 * not is left out, and the caller is told.
 */
public final class Fitting {
    private final ChatRequest request;
    private final Capabilities can;
    private final List<String> named = new ArrayList<>(0);
    private final List<String> silent = new ArrayList<>(0);

    private Fitting(ChatRequest request, Target target) {
        this.request = request;
        this.can = target.capabilities();
    }

    /**
     * Members that this backend gets without, and that the caller is told of, in the order of the request.
     *
     * @throws RefusedException 400 with the {@code param} that this backend cannot honour
     */
    public static List<String> dropped(ChatRequest request, Target target) {
        return of(request, target).named();
    }

    /**
     * Everything that this backend gets without.
     *
     * @throws RefusedException 400 with the {@code param} that this backend cannot honour
     */
    public static Fitting of(ChatRequest request, Target target) {
        var beyondChat = request.beyondChat();
        if (beyondChat != null) {
            throw RefusedException.badRequest(
                    beyondChat,
                    "The model " + request.model() + " cannot honour " + beyondChat
                            + " on the backend that serves it, which"
                            + " does not speak the Responses API. Leave it out, or use another model.");
        }
        return ofNative(request, target);
    }

    /**
     * Everything that a backend gets without which is sent the native form: that says what chat has no words for.
     *
     * @throws RefusedException 400 with the {@code param} that this backend cannot honour
     */
    public static Fitting ofNative(ChatRequest request, Target target) {
        var fitting = new Fitting(request, target);
        fitting.messages();
        var members = request.members();
        for (var i = 0; i < members.size(); i++) {
            fitting.member(members.name(i), i);
        }
        return fitting;
    }

    /** Left out, and the caller is told. */
    public List<String> named() {
        return named;
    }

    /** Left out, and nothing changes by it: the gateway's own members, and values that mean what their absence means. */
    public List<String> silent() {
        return silent;
    }

    private void messages() {
        var traits = request.traits();
        if (traits.images() && !can.images()) {
            throw cannot("messages", "take images in messages");
        }
        if (traits.audio() && !can.audio()) {
            throw cannot(request.has("audio") ? "audio" : "messages", "take or give audio");
        }
        if (traits.files() && !can.files()) {
            throw cannot("messages", "take files in messages");
        }
    }

    private void member(String name, int index) {
        switch (name) {
            case "model", "messages", "stream" -> {}
            case "deferred", "input", "output" -> silent.add(name);
            case "service_tier" -> serviceTier(value(index));
            case "max_tokens", "max_completion_tokens" -> limit(name, value(index));
            case "top_logprobs" -> topLogprobs(value(index));
            case "n" -> choices(value(index));
            case "tools" -> tools(value(index));
            case "tool_choice" -> toolChoice(value(index));
            case "parallel_tool_calls" -> parallelToolCalls(value(index));
            case "response_format" -> responseFormat(value(index));
            case "presence_penalty", "frequency_penalty" -> penalty(name, value(index));
            case "logit_bias" -> needs(can.logitBias(), name, value(index));
            case "logprobs" -> logprobs(value(index));
            case "stop" -> needs(can.stop(), name, value(index));
            case "functions", "function_call" -> needs(can.tools(), name, value(index));
            case "seed" -> mayLack(can.seed(), name, value(index));
            case "reasoning_effort" -> mayLack(can.reasoningEffort(), name, value(index));
            case "stream_options" -> streamOptions(value(index));
            case "extra_body" -> {
                if (value(index).isNull()) {
                    silent.add(name);
                } else {
                    listed(name, value(index));
                }
            }
            default -> other(name, index);
        }
    }

    private RawValue value(int member) {
        return RawValue.of(request, member);
    }

    /** One that the gateway knows nothing of. */
    private void other(String name, int index) {
        if ((can.refused().isEmpty() && can.dropped().isEmpty()) || !listed(name, value(index))) {
            var known = can.quirks().known();
            if (!known.isEmpty() && !known.contains(name)) {
                var value = value(index);
                (value.isNull() || value.isEmpty() ? silent : named).add(name);
            }
        }
    }

    /** What the backend's lists say; true when one names this member, which is then settled. */
    private boolean listed(String name, RawValue value) {
        var refused = can.refused().contains(name);
        if (!refused && !can.dropped().contains(name)) {
            return false;
        }
        if (value.isNull()) {
            silent.add(name);
        } else if (refused) {
            throw cannot(name, "honour " + name);
        } else {
            named.add(name);
        }
        return true;
    }

    /** Without it the answer would be another one. */
    private void needs(boolean able, String name, RawValue value) {
        if (listed(name, value) || able) {
            return;
        }
        if (!value.isNull() && !value.isEmpty()) {
            throw cannot(name, "honour " + name);
        }
        silent.add(name);
    }

    /** Without it the answer is as good. */
    private void mayLack(boolean able, String name, RawValue value) {
        if (listed(name, value) || able) {
            return;
        }
        (value.isNull() ? silent : named).add(name);
    }

    /** One of the two spellings is enough: a dialect sends the one that the backend knows. */
    private void limit(String name, RawValue value) {
        var other = name.equals("max_tokens") ? can.maxCompletionTokens() : !lacks("max_tokens");
        if (!other) {
            listed(name, value);
        }
    }

    private boolean lacks(String name) {
        return can.dropped().contains(name) || can.refused().contains(name);
    }

    /** The gateway's own tiers are served whatever the backend knows; a word of another provider's only there. */
    private void serviceTier(RawValue value) {
        if (value.isNull()) {
            silent.add("service_tier");
        } else if (!listed("service_tier", value) && !can.serviceTiers().contains(value.string())) {
            if (ServiceTier.of(value.string()) == null) {
                throw cannot("service_tier", "serve the tier \"" + value.string() + "\"");
            }
            silent.add("service_tier");
        }
    }

    private void choices(RawValue value) {
        if (!listed("n", value) && request.choices() > can.maxChoices()) {
            throw cannot(
                    "n", can.maxChoices() == 1 ? "give more than one choice" : "give more than " + can.maxChoices());
        }
    }

    private void tools(RawValue value) {
        var traits = request.traits();
        if (listed("tools", value)) {
            return;
        }
        if (!can.tools()) {
            if (traits.tools()) {
                throw cannot("tools", "use tools");
            }
            silent.add("tools");
            return;
        }
        if (traits.customTools() && !can.customTools()) {
            throw cannot("tools", "use tools of a type other than \"function\"");
        }
        // three bytes are the least that a tool and its comma take
        if (value.end() - value.start() > 3 * can.maxTools() && value.size() > can.maxTools()) {
            throw cannot("tools", "take more than " + can.maxTools() + " tools");
        }
    }

    private void toolChoice(RawValue value) {
        if (listed("tool_choice", value)) {
            return;
        }
        if (can.tools()) {
            chosen(value);
            return;
        }
        var choice = value.string();
        if (!value.isNull() && !choice.equals("none") && !choice.equals("auto")) {
            throw cannot("tool_choice", "use tools");
        }
        silent.add("tool_choice");
    }

    /** A choice that this backend does not obey, made by other means where there are any. */
    private void chosen(RawValue value) {
        var obeyed = can.quirks().toolChoices();
        if (obeyed.equals(Quirks.NONE.toolChoices())) {
            return;
        }
        var choice = value.isNull() ? "auto" : value.isString() ? value.string() : value.string("type");
        if (obeyed.contains(choice)) {
            return;
        }
        switch (choice) {
            case "auto" -> silent.add("tool_choice");
            case "none" -> silent.addAll(List.of("tools", "tool_choice", "parallel_tool_calls"));
            case "allowed_tools" -> AllowedTools.check(request, value, obeyed);
            default -> throw cannot("tool_choice", "be made to call a tool");
        }
    }

    private void parallelToolCalls(RawValue value) {
        if (listed("parallel_tool_calls", value) || (can.tools() && can.parallelToolControl())) {
            return;
        }
        if (value.isFalse() && request.traits().tools()) {
            throw cannot("parallel_tool_calls", "be held to one tool call at a time");
        }
        silent.add("parallel_tool_calls");
    }

    private void responseFormat(RawValue value) {
        if (listed("response_format", value) || (can.jsonObject() && can.jsonSchema())) {
            return;
        }
        var type = value.string("type");
        if ((type.equals("json_object") && !can.jsonObject()) || (type.equals("json_schema") && !can.jsonSchema())) {
            throw cannot("response_format", "answer in the format \"" + type + "\"");
        }
    }

    private void penalty(String name, RawValue value) {
        if (listed(name, value)) {
            return;
        }
        if (value.isNull()) {
            if (!can.penalties() || !can.zeroPenalties()) {
                silent.add(name);
            }
        } else if (value.isZero()) {
            if (!can.zeroPenalties()) {
                named.add(name);
            }
        } else if (!can.penalties()) {
            throw cannot(name, "honour " + name);
        }
    }

    private void logprobs(RawValue value) {
        if (listed("logprobs", value) || can.logprobs()) {
            return;
        }
        if (value.isTrue()) {
            throw cannot("logprobs", "give logprobs");
        }
        silent.add("logprobs");
    }

    private void topLogprobs(RawValue value) {
        if (listed("top_logprobs", value)) {
            return;
        }
        if (!can.logprobs()) {
            if (!value.isNull() && !value.isZero()) {
                throw cannot("top_logprobs", "give logprobs");
            }
            silent.add("top_logprobs");
        } else if (!value.isNull() && value.number() > can.maxTopLogprobs()) {
            throw RefusedException.badRequest(
                    "top_logprobs",
                    "top_logprobs is " + value.raw() + ", and " + can.maxTopLogprobs() + " is the most that "
                            + request.model() + " can give.");
        }
    }

    private void streamOptions(RawValue value) {
        if (can.quirks().usageUnasked()) {
            silent.add("stream_options");
        } else if (!listed("stream_options", value) && !can.streamUsage()) {
            (request.usageWanted() ? named : silent).add("stream_options");
        }
    }

    private RefusedException cannot(String param, String what) {
        return RefusedException.badRequest(
                param,
                "The model " + request.model() + " cannot " + what + " on the backend that serves it. Leave `" + param
                        + "` out, or use another model.");
    }
}
