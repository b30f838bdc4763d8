package io.dromedary.backend.dialect;

import io.dromedary.api.ModelRequest;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.json.JsonText;
import io.dromedary.api.json.Members;
import io.dromedary.backend.Target;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a request for embeddings or ranks as one backend takes them. */
final class TaskMembers {
    private final ModelRequest request;
    private final byte[] body;
    private final Members members;
    private final Target target;
    private final Set<String> removed = new LinkedHashSet<>();
    private final List<String> dropped = new ArrayList<>(0);

    /**
     * @param body of the request
     * @param members at the top of the body
     * @param own what the gateway itself acts on: it goes no further
     * @throws RefusedException 400 with the {@code param} that this backend cannot honour
     */
    TaskMembers(ModelRequest request, byte[] body, Members members, Target target, Set<String> own) {
        this(request, body, members, target, own, null);
    }

    /**
     * Of a backend that is known to make nothing of other members.
     *
     * @param known to the backend; the others are left out, and the caller is told
     */
    TaskMembers(
            ModelRequest request,
            byte[] body,
            Members members,
            Target target,
            Set<String> own,
            @Nullable Set<String> known) {
        this.request = request;
        this.body = body;
        this.members = members;
        this.target = target;
        var can = target.capabilities();
        for (var i = 0; i < members.size(); i++) {
            var name = members.name(i);
            var kind = body[members.valueStart(i)];
            if (kind == 'n' || own.contains(name)) {
                // null is as good as absent, and not every backend knows that
                removed.add(name);
            } else if (can.refused().contains(name) && kind == 'f') {
                // what is not wanted can be honoured by anybody
                removed.add(name);
            } else if (can.refused().contains(name)) {
                throw cannot(request, name, "honour " + name);
            } else if (name.equals("stream") && known != null) {
                // that nothing is streamed is so anyway
                removed.add(name);
            } else if (can.dropped().contains(name) || known != null && !known.contains(name)) {
                removed.add(name);
                dropped.add(name);
            }
        }
    }

    static RefusedException cannot(ModelRequest request, String param, String what) {
        return RefusedException.badRequest(
                param,
                "The backend that serves " + request.model() + " cannot " + what
                        + ". Leave it out, or use another model.",
                "unsupported_parameter");
    }

    /** Left out, and the caller is told. */
    List<String> dropped() {
        return List.copyOf(dropped);
    }

    /** The caller gave it, and it is sent. */
    boolean has(String member) {
        return members.has(member) && !removed.contains(member);
    }

    /** Begins with a copy of the body that has the backend's model and tier in it. */
    Members.Edits edits() {
        var edits = members.edit(body);
        removed.forEach(edits::remove);
        if (!request.model().value().equals(target.upstream())) {
            edits.set("model", JsonText.quote(target.upstream()));
        }
        var tier = target.tier();
        var sent = tier == null ? null : tier.sent();
        if (tier != null && sent == null) {
            edits.remove("service_tier");
        } else if (sent != null && !sent.equals(request.serviceTier())) {
            edits.set("service_tier", JsonText.quote(sent));
        }
        return edits;
    }
}
