package io.dromedary.routing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.access.Caller;
import io.dromedary.api.Endpoint;
import io.dromedary.api.ModelName;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.Json;
import io.dromedary.backend.Capabilities;

/** The catalogue as {@code GET /v1/models} shows it: to each caller what it may use. */
public final class ModelPages {
    private final long created;

    /** @param created unix seconds; what {@code created} says, as the real dates are the providers' */
    public ModelPages(long created) {
        this.created = created;
    }

    public byte[] list(Catalogue catalogue, Caller caller, boolean verbose) {
        var page = JsonNodeFactory.instance.objectNode().put("object", "list");
        var data = page.putArray("data");
        for (var model : catalogue.served()) {
            if (caller.mayUse(model.name())) {
                data.add(entry(catalogue, model, verbose));
            }
        }
        return Json.bytes(page);
    }

    /**
     * One model, also by an alias.
     *
     * @throws RefusedException 404 {@code model_not_found}
     */
    public byte[] show(Catalogue catalogue, Caller caller, String id, boolean verbose) {
        var model = id.isEmpty() ? null : catalogue.find(new ModelName(id));
        if (model == null || model.candidates().isEmpty() || !caller.mayUse(model.name())) {
            throw new RefusedException(Refusal.NotFound.model(id));
        }
        return Json.bytes(entry(catalogue, model, verbose));
    }

    private ObjectNode entry(Catalogue catalogue, PublicModel model, boolean verbose) {
        var entry = JsonNodeFactory.instance
                .objectNode()
                .put("id", model.name().value())
                .put("object", "model")
                .put("created", created)
                .put("owned_by", model.candidates().getFirst().backend().name().value());
        if (!verbose) {
            return entry;
        }
        var window = model.contextWindow();
        if (window > 0) {
            entry.put("context_window", window);
        }
        abilities(model.candidates().getFirst().target().capabilities(), entry);
        var endpoints = entry.putArray("endpoints");
        for (var endpoint : Endpoint.values()) {
            if (model.candidates().stream().anyMatch(candidate -> candidate.serves(endpoint))) {
                endpoints.add(endpoint.word());
            }
        }
        var fallback = entry.putArray("fallback");
        model.fallback().forEach(name -> fallback.add(name.value()));
        var backends = entry.putArray("backends");
        for (var backend : catalogue.configured()) {
            var served = backend.models().get(model.name().value());
            if (served != null) {
                backends.addObject()
                        .put("name", backend.name())
                        .put("dialect", backend.dialect())
                        .put("priority", served.priority())
                        .put("weight", served.weight())
                        .put("state", backend.off() == null ? "on" : "off");
            }
        }
        return entry;
    }

    private static void abilities(Capabilities capabilities, ObjectNode entry) {
        entry.putObject("capabilities")
                .put("streaming", true)
                .put("tools", capabilities.tools())
                .put("json_object", capabilities.jsonObject())
                .put("json_schema", capabilities.jsonSchema())
                .put("images", capabilities.images())
                .put("audio", capabilities.audio())
                .put("files", capabilities.files())
                .put("logprobs", capabilities.logprobs())
                .put("max_top_logprobs", capabilities.maxTopLogprobs())
                .put("reasoning_effort", capabilities.reasoningEffort())
                .put("max_choices", capabilities.choices())
                .put("max_tools", capabilities.maxTools());
    }
}
