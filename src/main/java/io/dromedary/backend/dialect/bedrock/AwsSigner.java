package io.dromedary.backend.dialect.bedrock;

import io.dromedary.backend.Signer;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Signature Version 4, by AWS's own signer. */
final class AwsSigner implements Signer {
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();
    private static final String SERVICE = "bedrock";

    private final AwsCredentialsIdentity identity;
    private final String region;
    private final InstantSource clock;

    AwsSigner(AwsCredentials credentials, String region, InstantSource clock) {
        this.identity = credentials.sessionToken() == null
                ? AwsCredentialsIdentity.create(credentials.accessKey(), credentials.secretKey())
                : AwsSessionCredentialsIdentity.create(
                        credentials.accessKey(), credentials.secretKey(), credentials.sessionToken());
        this.region = region;
        this.clock = clock;
    }

    @Override
    public Map<String, String> sign(String method, URI url, String contentType, byte[] body) {
        var request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(method))
                .uri(url)
                .putHeader("content-type", contentType)
                .build();
        var signed = SIGNER.sign(with -> with.identity(identity)
                        .request(request)
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(clock.instant(), ZoneOffset.UTC)))
                .request();
        var headers = new LinkedHashMap<String, String>();
        signed.headers().forEach((name, values) -> {
            var lower = name.toLowerCase(Locale.ROOT);
            // the connection's own are written elsewhere, and are what was signed
            if (!lower.equals("host") && !lower.equals("content-type") && !lower.equals("content-length")) {
                headers.put(lower, values.getFirst());
            }
        });
        return headers;
    }
}
