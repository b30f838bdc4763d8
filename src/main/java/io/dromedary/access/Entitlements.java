package io.dromedary.access;

import io.dromedary.api.ModelRequest;
import io.dromedary.api.ServiceTier;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** What a caller may ask for beyond the plain call. */
public final class Entitlements {
    private Entitlements() {}

    /**
     * Checks that a project that is named beside the key is the key's own; each way to name one is null or empty where it is
     * not used.
     *
     * @param header {@code OpenAI-Project}
     * @param path as in {@code /acme/v1/models}
     * @param query {@code ai_project_id}
     * @throws RefusedException 400 where two are named, 403 where it is another
     */
    public static void checkProject(
            Caller caller, @Nullable String header, @Nullable String path, @Nullable String query) {
        agree(header, "the header OpenAI-Project", path, "the path");
        agree(header, "the header OpenAI-Project", query, "the query parameter ai_project_id");
        agree(path, "the path", query, "the query parameter ai_project_id");
        checkOwn(caller, header, "the header OpenAI-Project");
        checkOwn(caller, path, "the path");
        checkOwn(caller, query, "the query parameter ai_project_id");
    }

    private static void agree(@Nullable String one, String where, @Nullable String other, String elsewhere) {
        if (one != null && other != null && !one.isEmpty() && !other.isEmpty() && !one.equals(other)) {
            throw new RefusedException(new Refusal.BadRequest(
                    "The project in " + where + " is another than the one in " + elsewhere + ". Name one.",
                    null,
                    "conflicting_projects"));
        }
    }

    private static void checkOwn(Caller caller, @Nullable String named, String where) {
        if (named != null && !named.isEmpty() && !named.equals(caller.project().name())) {
            throw new RefusedException(new Refusal.Forbidden(
                    "This key belongs to another project than the one in " + where
                            + ". Leave it out, or use a key of that project.",
                    null,
                    "mismatched_project"));
        }
    }

    /**
     * Checks the tier.
     *
     * @throws RefusedException 400 that names the field
     */
    public static void check(Caller caller, ModelRequest request) {
        var tier = request.serviceTier() == null ? null : ServiceTier.of(request.serviceTier());
        if (tier != null && !caller.project().mayUse(tier)) {
            throw RefusedException.badRequest(
                    "service_tier",
                    "The project " + caller.project().name() + " is not entitled to the service tier " + tier.word()
                            + ". Use auto or default.",
                    "invalid_service_tier");
        }
    }
}
