package io.dromedary.backend.dialect.audio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dromedary.api.error.Refusal;
import io.dromedary.backend.AttemptFailure;
import io.dromedary.backend.dialect.UpstreamError;
import java.util.regex.Pattern;

/** Errors inside of a 200, in which servers do not say whose fault it is. */
final class ServerErrors {
    /** Of whisper.cpp, which speaks of WAV files because it takes no others where it was not told to convert them. */
    private static final Pattern UNREADABLE = Pattern.compile(
            "(?i)failed to (?:read|decode|convert)|no 'file' field|FFmpeg conversion failed|invalid audio");

    private ServerErrors() {}

    static AttemptFailure inAnswer(ObjectNode json) {
        var error = json.path("error");
        if (error.isTextual() && UNREADABLE.matcher(error.textValue()).find()) {
            return new AttemptFailure.Rejected(new Refusal.Rejected(
                    400,
                    "The file could not be read as audio. Send it in a format that the model takes, such as WAV.",
                    "invalid_request_error",
                    "file",
                    "invalid_audio"));
        }
        return UpstreamError.inStream(json);
    }
}
