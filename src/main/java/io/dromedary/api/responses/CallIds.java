package io.dromedary.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import java.util.ArrayList;
import java.util.List;

/** Outputs of tools belong to calls: one that answers no call is a client's mistake, and no backend need see it. */
public final class CallIds {
    private CallIds() {}

    /**
     * Looks for a call of the same kind and {@code call_id} before each output.
     *
     * @param history the items of the turns before, which are not looked through for outputs again
     * @param input the items of this turn, references among them resolved
     * @throws RefusedException 400 that names {@code input[i].call_id} of the first output without a call
     */
    public static void check(List<ObjectNode> history, List<ObjectNode> input) {
        if (input.stream().noneMatch(ItemType::isOutput)) {
            return;
        }
        var all = new ArrayList<>(history);
        all.addAll(input);
        var pairs = CallPairs.of(all);
        for (var i = 0; i < input.size(); i++) {
            if (ItemType.isOutput(input.get(i)) && pairs.callOf(history.size() + i) < 0) {
                throw Faults.at(
                        "input[" + i + "].call_id",
                        "invalid_value",
                        "Invalid '%s': no tool call found for the output with this call_id. Send the call before its"
                                + " output, or continue the response that has it by 'previous_response_id'.");
            }
        }
    }
}
