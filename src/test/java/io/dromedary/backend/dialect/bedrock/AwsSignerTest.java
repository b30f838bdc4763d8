package io.dromedary.backend.dialect.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dromedary.backend.dialect.blocks.Spoken;
import io.dromedary.config.BackendSettings;
import io.dromedary.config.Secret;
import java.net.URI;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AwsSignerTest {
    private static final BedrockDialect DIALECT = new BedrockDialect(prefix -> prefix + "1", Spoken.CLOCK);
    private static final URI URL =
            URI.create("https://bedrock-runtime.eu-west-1.amazonaws.com/model/anthropic.claude-v1%3A0/converse");
    private static final byte[] BODY = "{\"messages\":[]}".getBytes(UTF_8);

    @Test
    void a_signature_is_what_the_specification_computes() throws Exception {
        var signer = Objects.requireNonNull(DIALECT.signer(settings("AKIDEXAMPLE:secret/key:token", URL.toString())));

        var headers = signer.sign("POST", URL, "application/json", BODY);

        assertThat(headers)
                .containsEntry("x-amz-date", "20270115T080000Z")
                .containsEntry("x-amz-security-token", "token")
                .doesNotContainKeys("host", "content-type", "content-length");
        var authorization = Objects.requireNonNull(headers.get("authorization"));
        var names = authorization.replaceAll(".*SignedHeaders=([^,]*),.*", "$1");
        var signed = new TreeMap<>(headers);
        signed.put("host", "bedrock-runtime.eu-west-1.amazonaws.com");
        signed.put("content-type", "application/json");
        signed.put("content-length", String.valueOf(BODY.length));
        var canonical = new StringBuilder();
        for (var name : names.split(";")) {
            canonical.append(name).append(':').append(signed.get(name)).append('\n');
        }
        // each segment of the path is escaped once more
        var request = "POST\n/model/anthropic.claude-v1%253A0/converse\n\n" + canonical + "\n" + names + "\n"
                + hex(MessageDigest.getInstance("SHA-256").digest(BODY));
        var scope = "20270115/eu-west-1/bedrock/aws4_request";
        var toSign = "AWS4-HMAC-SHA256\n20270115T080000Z\n" + scope + "\n"
                + hex(MessageDigest.getInstance("SHA-256").digest(request.getBytes(UTF_8)));
        var key = hmac(
                hmac(hmac(hmac("AWS4secret/key".getBytes(UTF_8), "20270115"), "eu-west-1"), "bedrock"), "aws4_request");
        assertThat(authorization)
                .isEqualTo("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + hex(hmac(key, toSign)));
        assertThat(names.split(";")).contains("host", "x-amz-date", "x-amz-security-token");
    }

    @Test
    void a_key_of_bedrocks_own_is_a_bearer_token_and_signs_nothing() {
        assertThat(DIALECT.authorization("ABSKexample==")).isEqualTo(Map.of("authorization", "Bearer ABSKexample=="));
        assertThat(DIALECT.signer(settings("ABSKexample==", URL.toString()))).isNull();
        assertThat(DIALECT.signer(settings(null, URL.toString()))).isNull();
        assertThat(DIALECT.authorization("AKIDEXAMPLE:secret")).isEmpty();
    }

    @Test
    void the_region_is_the_urls_or_the_options() {
        assertThat(Region.of(settings(null, "https://bedrock-runtime-fips.us-east-2.amazonaws.com")))
                .isEqualTo("us-east-2");
        assertThat(Region.of(settings(null, "https://vpce-1.bedrock-runtime.ap-south-1.vpce.amazonaws.com")))
                .isEqualTo("ap-south-1");
        assertThatThrownBy(() -> DIALECT.signer(settings("AKIDEXAMPLE:verysecret", "http://localhost:1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("region")
                .hasMessageNotContaining("verysecret");
        assertThat(new AwsCredentials("a", "verysecret", null).toString())
                .startsWith("AwsCredentials")
                .doesNotContain("verysecret");
    }

    @Test
    void the_option_goes_before_the_url() {
        assertThat(Region.of(new BackendSettings(
                        "b",
                        "bedrock",
                        URL,
                        null,
                        null,
                        BackendSettings.Timeouts.DEFAULT,
                        8,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of("region", "eu-north-1"))))
                .isEqualTo("eu-north-1");
    }

    private static BackendSettings settings(@Nullable String auth, String url) {
        return new BackendSettings(
                "b",
                "bedrock",
                URI.create(url),
                auth == null ? null : new Secret(auth),
                null,
                BackendSettings.Timeouts.DEFAULT,
                8,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static byte[] hmac(byte[] key, String text) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
