package io.dromedary.backend.dialect.bedrock;

import org.jspecify.annotations.Nullable;

/** Keys by which requests to AWS are signed. Never printed. */
record AwsCredentials(
        String accessKey, String secretKey, @Nullable String sessionToken) {
    /** Of {@code ACCESS_KEY:SECRET} or {@code ACCESS_KEY:SECRET:SESSION_TOKEN}; null for anything without a colon. */
    static @Nullable AwsCredentials of(String secret) {
        var parts = secret.split(":", 3);
        if (parts.length < 2) {
            return null;
        }
        var token = parts.length == 3 && !parts[2].isEmpty() ? parts[2] : null;
        return new AwsCredentials(parts[0], parts[1], token);
    }

    @Override
    public String toString() {
        return "AwsCredentials[…]";
    }
}
