package io.dromedary.api.read;

import io.dromedary.api.error.RefusedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words and codes, which are OpenAI's, for values that are wrong in the usual ways. */
public final class Faults {
    private Faults() {}

    /** @param message its first {@code %s}, if any, stands for the path */
    public static RefusedException at(String path, @Nullable String code, String message) {
        var name = path.isEmpty() ? "the request" : path;
        var gap = message.indexOf("%s");
        var text = gap < 0 ? message : message.substring(0, gap) + name + message.substring(gap + 2);
        return RefusedException.badRequest(path.isEmpty() ? null : path, text, code);
    }

    public static RefusedException missing(String path) {
        return at(path, "missing_required_parameter", "Missing required parameter: '%s'.");
    }

    public static RefusedException wrongType(String path, String expected, String found) {
        return at(
                path,
                "invalid_type",
                "Invalid type for '%s': expected " + expected + ", but got " + found + " instead.");
    }

    public static RefusedException unsupported(String path, String value, List<String> values) {
        return unsupported(path, "invalid_value", value, values);
    }

    public static RefusedException unsupported(String path, String code, String value, List<String> values) {
        return at(
                path,
                code,
                "Invalid value for '%s': '" + Shown.of(value) + "'. Supported values are: '"
                        + String.join("', '", values) + "'.");
    }

    public static RefusedException outOfRange(String path, String kind, boolean below, long bound, String value) {
        return at(
                path,
                kind + (below ? "_below_min_value" : "_above_max_value"),
                "Invalid '%s': " + kind + (below ? " below minimum" : " above maximum") + " value. Expected a value "
                        + (below ? ">= " : "<= ") + bound + ", but got " + Shown.of(value) + " instead.");
    }

    public static RefusedException emptyString(String path) {
        return at(path, "empty_string", "Invalid '%s': empty string. Expected a string with minimum length 1.");
    }

    public static RefusedException longString(String path, int longest, int length) {
        return at(
                path,
                "string_above_max_length",
                "Invalid '%s': string too long. Expected a string with maximum length " + longest
                        + ", but got a string with length " + length + " instead.");
    }

    public static RefusedException noIdentifier(String path) {
        return at(
                path,
                "invalid_value",
                "Invalid '%s': string does not match pattern. Expected a string that matches the pattern"
                        + " '^[a-zA-Z0-9_-]+$'.");
    }

    public static RefusedException emptyArray(String path) {
        return at(
                path,
                "empty_array",
                "Invalid '%s': empty array. Expected an array with minimum length 1, but got an empty array instead.");
    }

    public static RefusedException longArray(String path, int longest, int length) {
        return at(
                path,
                "array_above_max_length",
                "Invalid '%s': array too long. Expected an array with maximum length " + longest
                        + ", but got an array with length " + length + " instead.");
    }

    public static RefusedException duplicate(String path) {
        return at(path, null, "Duplicate member: '%s' is given more than once in the same object. Send it once.");
    }

    public static RefusedException largeExponent(String path) {
        return at(path, null, "Invalid '%s': the number's exponent is out of range.");
    }
}
