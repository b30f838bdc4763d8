package io.dromedary.backend;

import java.util.Map;
import java.util.Set;

/**
 * How a backend that speaks OpenAI's protocol wants things said otherwise than OpenAI's own servers, and says them
 * otherwise. Part of its {@link Capabilities}, and overridden like them: a provider is a set of these, not a class.
 *
 * @param known the members of a request that it takes, empty for any; others are left out and the caller is told
 * @param messageMembers the members of a message that it takes, empty for any; likewise
 * @param renamed members of a request, and fields of a form, that it knows by another name, e.g. {@code seed} as {@code
 *     random_seed}
 * @param added members that each request gets where the caller has not set them, as plain values; those of an object are
 *     added to the caller's object
 * @param toolChoices what it obeys as {@code tool_choice}: {@code none}, {@code auto}, {@code required}, or the type of an
 *     object. Without {@code none} it gets no tools then; without {@code allowed_tools} only those that are allowed
 * @param toolIdLength ids of tool calls have exactly so many letters and digits; 0 for any id
 * @param toolSignatures a message with tool calls needs the signature of a thought, as Gemini 3 does; one that was not kept
 *     is replaced by the word that stands for "not at hand"
 * @param imageUrls fetches images by their address; else they have to be {@code data:} URIs
 * @param contentParts takes text as a list of parts; else they are joined, a line each
 * @param reasoningNeeded each message of the assistant has to have {@code reasoning_content}, an empty one where it was not
 *     kept
 * @param thinkingParts takes {@code reasoning_content} of earlier answers as a part of the content, of type
 *     {@code thinking}
 * @param schemaInObject takes a schema as {@code response_format} {@code {"type": "json_object", "schema": ...}} alone
 * @param usageUnasked gives usage in each stream, and knows no {@code stream_options}
 * @param toolFinish says {@code tool_calls} when it has ended for a tool call; else {@code stop} is read as that
 * @param toolIndexes numbers the tool calls of a stream; else an id or a name that is new begins the next call
 * @param thinkTags thinks within its content, between {@code <think>} and {@code </think>}
 */
public record Quirks(
        Set<String> known,
        Set<String> messageMembers,
        Map<String, String> renamed,
        Map<String, Object> added,
        Set<String> toolChoices,
        int toolIdLength,
        boolean toolSignatures,
        boolean imageUrls,
        boolean contentParts,
        boolean reasoningNeeded,
        boolean thinkingParts,
        boolean schemaInObject,
        boolean usageUnasked,
        boolean toolFinish,
        boolean toolIndexes,
        boolean thinkTags) {

    /** Everything as OpenAI has it. */
    public static final Quirks NONE = new Quirks(
            Set.of(),
            Set.of(),
            Map.of(),
            Map.of(),
            Set.of("none", "auto", "required", "function", "custom", "allowed_tools"),
            0,
            false,
            true,
            true,
            false,
            false,
            false,
            false,
            true,
            true,
            false);
}
