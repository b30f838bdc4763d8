package io.dromedary.responses;

import io.dromedary.api.error.RefusedException;
import io.dromedary.api.read.Faults;
import io.dromedary.api.read.PageLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which items of a list are wanted.
 *
 * @param limit how many at most, 1 to {@value #MOST}
 * @param newestFirst in the reverse of the order in which they came
 * @param after those that follow this one, in that order; null for the first
 */
public record PageRequest(
        int limit, boolean newestFirst, @Nullable String after) {
    static final int MOST = 100;
    static final int USUAL = 20;

    private static final List<String> ORDERS = List.of("asc", "desc");

    /**
     * In the words of the query; null for what is not there.
     *
     * @throws RefusedException 400 with {@code param}: {@code limit} or {@code order}
     */
    public static PageRequest of(@Nullable String limit, @Nullable String order, @Nullable String after) {
        return new PageRequest(
                limit == null ? USUAL : PageLimit.of(limit, MOST),
                order == null || newestFirst(order),
                after == null || after.isEmpty() ? null : after);
    }

    private static boolean newestFirst(String order) {
        if (!ORDERS.contains(order)) {
            throw Faults.unsupported("order", order, ORDERS);
        }
        return order.equals("desc");
    }
}
