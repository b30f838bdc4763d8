package io.dromedary.steps;

import io.dromedary.api.FormSource;
import io.dromedary.api.Reply;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.call.Call;
import io.dromedary.files.AttachedFiles;
import io.dromedary.files.FilePages;
import io.dromedary.http.RequestHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** The steps of the Files API, by the names that the routes use. */
public final class FileSteps implements NamedSteps {
    private final Supplier<FilePages> pages;
    private final Supplier<AttachedFiles> attached;

    /** Both are asked at each call: routes are also looked at where there is no store. */
    public FileSteps(Supplier<FilePages> pages, Supplier<AttachedFiles> attached) {
        this.pages = pages;
        this.attached = attached;
    }

    @Override
    public Map<String, Processor> byName() {
        var steps = new LinkedHashMap<String, Processor>();
        steps.put("store-file", AwaitStep.reply(this::store));
        steps.put("list-files", AwaitStep.reply(this::list));
        steps.put("show-file", AwaitStep.reply((e, call) -> pages.get().show(project(call), id(e))));
        steps.put("show-content", AwaitStep.reply(this::content));
        steps.put("delete-file", AwaitStep.reply((e, call) -> pages.get().delete(project(call), id(e))));
        steps.put("attach-files", new AwaitStep<>(this::attach, (exchange, call, chat) -> call.read(chat)));
        return steps;
    }

    private CompletionStage<Reply> store(Exchange exchange, Call call) {
        if (!(exchange.getMessage().getBody() instanceof FormSource form)) {
            throw new IllegalStateException("the route needs useStreaming: true, and the body as it came");
        }
        return pages.get().upload(project(call), form, call.loop());
    }

    private CompletionStage<ChatRequest> attach(Exchange exchange, Call call) {
        var chat = call.chat();
        // most requests name no file
        return chat.media().files() == 0
                ? CompletableFuture.completedStage(chat)
                : attached.get().chat(project(call), chat);
    }

    private CompletionStage<Reply> list(Exchange exchange, Call call) {
        return pages.get()
                .list(
                        project(call),
                        RequestHeaders.query(exchange, "after"),
                        RequestHeaders.query(exchange, "limit"),
                        RequestHeaders.query(exchange, "order"),
                        RequestHeaders.query(exchange, "purpose"));
    }

    private CompletionStage<Reply> content(Exchange exchange, Call call) {
        var wanted =
                new FilePages.Wanted(RequestHeaders.get(exchange, "range"), RequestHeaders.get(exchange, "if-range"));
        return pages.get().content(project(call), id(exchange), wanted, call.replyHeaders());
    }

    private static String project(Call call) {
        return call.caller().project().name();
    }

    private static String id(Exchange exchange) {
        @Nullable String id = exchange.getMessage().getHeader("id", String.class);
        return id == null ? "" : id;
    }
}
