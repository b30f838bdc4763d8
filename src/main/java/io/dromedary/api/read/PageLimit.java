package io.dromedary.api.read;

/** How many things a page of a list has, as the query says it. */
public final class PageLimit {
    private PageLimit() {}

    /**
     * The limit as a number.
     *
     * @param most the largest that is allowed; 1 is the smallest
     * @throws io.dromedary.api.error.RefusedException 400 that names {@code limit}
     */
    public static int of(String limit, int most) {
        long number;
        try {
            number = Long.parseLong(limit);
        } catch (NumberFormatException e) {
            throw Faults.at("limit", "invalid_type", "Invalid '%s': expected an integer from 1 to " + most + ".");
        }
        if (number < 1 || number > most) {
            throw Faults.outOfRange("limit", "integer", number < 1, number < 1 ? 1 : most, limit);
        }
        return (int) number;
    }
}
