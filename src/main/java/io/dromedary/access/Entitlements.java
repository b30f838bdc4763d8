package io.dromedary.access;

import io.dromedary.api.ServiceTier;
import io.dromedary.api.chat.ChatRequest;
import io.dromedary.api.error.Refusal;
import io.dromedary.api.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** What a caller may ask for beyond the plain call. */
public final class Entitlements {
    private Entitlements() {}

    /**
     * Checks that a project named beside the key ({@code OpenAI-Project}, {@code ai_project_id} or the path) is the key's
     * own.
     *
     * @throws RefusedException 403 where it is another
     */
    public static void checkProject(Caller caller, @Nullable String named, String where) {
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
    public static void check(Caller caller, ChatRequest request) {
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
