package io.dromedary.files.url;

import io.dromedary.config.GatewaySettings.S3;
import org.jspecify.annotations.Nullable;

/** Where the results of an input go that was named by a URL. */
final class Target {
    private Target() {}

    /** Null where the operator has configured none for it. */
    static @Nullable BucketUrl of(S3 store, @Nullable String project, String inputUrl, String suffix) {
        var target = store.target();
        if (target == null) {
            return null;
        }
        if (target.equals(S3.BESIDE)) {
            return BucketUrl.isOne(inputUrl) ? BucketUrl.parse(inputUrl).ending(suffix) : null;
        }
        // inputs of the same name in different places, or of different projects, do not meet
        var folder = BucketUrl.parse(target.endsWith("/") ? target + "x" : target + "/x");
        var prefix = folder.key().substring(0, folder.key().length() - 1);
        return new BucketUrl(
                folder.bucket(), prefix + (project == null ? "" : project + "/") + place(inputUrl) + suffix);
    }

    private static String place(String inputUrl) {
        if (BucketUrl.isOne(inputUrl)) {
            var input = BucketUrl.parse(inputUrl);
            return input.bucket() + "/" + BucketUrl.stem(input.key());
        }
        var input = HttpsUrl.parse(inputUrl);
        var query = input.target().indexOf('?');
        return input.host()
                + BucketUrl.stem(query < 0 ? input.target() : input.target().substring(0, query));
    }
}
