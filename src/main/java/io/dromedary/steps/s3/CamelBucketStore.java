package io.dromedary.steps.s3;

import io.dromedary.config.GatewaySettings.S3;
import io.dromedary.files.url.BucketUrl;
import io.dromedary.files.url.Buckets.MissingObjectException;
import io.dromedary.files.url.Copy;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.aws2.s3.AWS2S3Component;
import org.apache.camel.component.aws2.s3.AWS2S3Configuration;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;
import org.apache.camel.component.aws2.s3.AWS2S3Endpoint;
import org.apache.camel.component.aws2.s3.AWS2S3Operations;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** One object store, with an endpoint of Camel's for each of its buckets. */
final class CamelBucketStore implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    /** Larger objects are sent in parts of this size, so that what breaks is not sent again as a whole; at most 10,000. */
    private static final long PART_BYTES = 25 << 20;

    /** Of one question and its answer's head, whatever is tried meanwhile. */
    private static final Duration QUESTION = Duration.ofMinutes(5);

    private final S3 store;
    private final Duration whole;
    private final CamelContext camel;
    private final S3Client client;
    private final ProducerTemplate template;
    private final Map<String, AWS2S3Endpoint> buckets = new ConcurrentHashMap<>();

    /** @param whole the longest that an object is read */
    CamelBucketStore(CamelContext camel, S3 store, Duration whole) {
        this.store = store;
        this.whole = whole;
        this.camel = camel;
        this.client = client(store);
        this.template = camel.createProducerTemplate(1);
    }

    private static S3Client client(S3 store) {
        var builder = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(SILENCE)
                        .build())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        store.accessKey().value(), store.secretKey().value())))
                .region(Region.of(store.region()))
                .overrideConfiguration(every -> every.apiCallTimeout(QUESTION))
                // stores other than AWS's own mostly know neither the newer checksums nor the chunks that carry them
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false));
        if (store.endpoint() != null) {
            builder.endpointOverride(store.endpoint()).forcePathStyle(true);
        }
        return builder.build();
    }

    boolean isOf(S3 other) {
        return store.equals(other);
    }

    <T> T read(BucketUrl object, long most, Copy<T> copy) throws IOException {
        var done = ask(
                object,
                exchange -> exchange.getIn().setHeader(AWS2S3Constants.S3_OPERATION, AWS2S3Operations.getObject));
        if (!(done.getMessage().getBody() instanceof ResponseInputStream<?> content)) {
            throw new IOException("the component has told nothing");
        }
        var over = new CompletableFuture<Boolean>();
        // a read that waits for the next piece ends with that
        over.orTimeout(whole.toMillis(), TimeUnit.MILLISECONDS).exceptionally(late -> {
            content.abort();
            return false;
        });
        try {
            var length = done.getMessage().getHeader(AWS2S3Constants.CONTENT_LENGTH, Long.class);
            if (length != null && length > most) {
                throw Copy.tooLong(most);
            }
            var copied = copy.of(content, most);
            content.close();
            return copied;
        } catch (SdkException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            over.complete(true);
            // what is left of it is not read
            content.abort();
        }
    }

    void write(BucketUrl object, InputStream content, long length) throws IOException {
        ask(object, exchange -> {
            exchange.getIn().setHeader(AWS2S3Constants.CONTENT_LENGTH, length);
            exchange.getIn().setHeader(AWS2S3Constants.CONTENT_TYPE, "application/jsonl");
            exchange.getIn().setBody(content);
        });
    }

    /** A question to a bucket; the key is added. */
    private interface Question {
        void put(Exchange exchange);
    }

    private Exchange ask(BucketUrl object, Question question) throws IOException {
        var done = template.request(buckets.computeIfAbsent(object.bucket(), this::endpoint), exchange -> {
            exchange.setPattern(ExchangePattern.InOut);
            exchange.getIn().setHeader(AWS2S3Constants.KEY, object.key());
            question.put(exchange);
        });
        var failure = done.getException(Throwable.class);
        if (failure == null) {
            return done;
        }
        throw told(failure);
    }

    private static IOException told(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var missing = missing(cause);
            if (missing != null) {
                return new MissingObjectException(missing);
            }
        }
        return new IOException(failure.getMessage(), failure);
    }

    private static @Nullable String missing(Throwable cause) {
        if (!(cause instanceof S3Exception told) || told.statusCode() != 403 && told.statusCode() != 404) {
            return null;
        }
        var details = told.awsErrorDetails();
        return details == null ? String.valueOf(told.statusCode()) : details.errorCode();
    }

    /** Of our own making and not by a URI, which would show keys to whoever lists endpoints. */
    private AWS2S3Endpoint endpoint(String bucket) {
        var component = new AWS2S3Component(camel);
        component.init();
        var configuration = new AWS2S3Configuration();
        configuration.setBucketName(bucket);
        configuration.setAmazonS3Client(client);
        configuration.setRegion(store.region());
        configuration.setMultiPartUpload(true);
        configuration.setPartSize(PART_BYTES);
        // with a name the component does not ask whether the bucket is there, for which many keys have no permission
        configuration.setFileName("-");
        var endpoint = new AWS2S3Endpoint("aws2-s3://" + bucket, component, configuration);
        endpoint.setCamelContext(camel);
        endpoint.start();
        return endpoint;
    }

    @Override
    public void close() {
        template.stop();
        buckets.values().forEach(AWS2S3Endpoint::stop);
        client.close();
    }
}
