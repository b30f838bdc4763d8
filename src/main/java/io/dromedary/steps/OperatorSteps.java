package io.dromedary.steps;

import io.dromedary.api.Ids;
import io.dromedary.call.InnerCalls;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Processor;

/** Steps for routes of an operator's own, which begin elsewhere than at the gateway's front: at a queue, in a folder. */
public final class OperatorSteps implements NamedSteps {
    private final CompletionStage<InnerCalls> calls;
    private final FolderSteps folders;
    private final Ids ids;

    /** @param calls there from when the gateway serves */
    public OperatorSteps(CompletionStage<InnerCalls> calls, FolderSteps folders, Ids ids) {
        this.calls = calls;
        this.folders = folders;
        this.ids = ids;
    }

    @Override
    public Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put("ask", new AskStep(calls, ids));
        steps.putAll(folders.byName());
        return steps;
    }
}
