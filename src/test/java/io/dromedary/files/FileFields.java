package io.dromedary.files;

import io.dromedary.config.GatewaySettings;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The doors through which what a caller says of files comes in, one by one. Each throws what the caller would be told. */
public final class FileFields {
    private FileFields() {}

    /** The fields of {@code POST /v1/files} beside its file; tells what they come to. */
    public static String upload(Map<String, List<String>> fields) {
        return UploadForm.of(fields).toString();
    }

    /** The query of {@code GET /v1/files}; tells which page of which files is looked for. */
    public static String list(Map<String, String> query) {
        var asked = new StringBuilder();
        var files = (StoredFiles) Proxy.newProxyInstance(
                StoredFiles.class.getClassLoader(), new Class<?>[] {StoredFiles.class}, (self, method, wanted) -> {
                    asked.append(Arrays.asList(wanted));
                    return CompletableFuture.completedStage(List.of());
                });
        new FilePages(files, GatewaySettings.DEFAULT::files, prefix -> prefix, InstantSource.system())
                .list("p", query.get("after"), query.get("limit"), query.get("order"), query.get("purpose"));
        return asked.toString();
    }
}
