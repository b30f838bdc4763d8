package io.dromedary.files.url;

import java.util.regex.Pattern;

/**
 * An object in a bucket, {@code s3://bucket/key}.
 *
 * @param key as it is, nothing in it is encoded
 */
public record BucketUrl(String bucket, String key) {
    private static final String SCHEME = "s3://";
    private static final int LONGEST_KEY = 1_024;
    private static final Pattern DOTS = Pattern.compile("(?:^|/)\\.{1,2}(?:/|$)");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

    static boolean isOne(String url) {
        return url.regionMatches(true, 0, "s3:", 0, 3);
    }

    static BucketUrl parse(String url) {
        var slash = url.indexOf('/', SCHEME.length());
        if (!url.startsWith(SCHEME) || slash < 0) {
            throw malformed();
        }
        var bucket = url.substring(SCHEME.length(), slash);
        var key = url.substring(slash + 1);
        var plain = key.chars().noneMatch(Character::isISOControl);
        if (!BUCKET.matcher(bucket).matches() || key.isEmpty() || key.length() > LONGEST_KEY || !plain) {
            throw malformed();
        }
        if (DOTS.matcher(key).find()) {
            throw Unfetchable.because("has a key that can be read in more ways than one.");
        }
        return new BucketUrl(bucket, key);
    }

    private static RuntimeException malformed() {
        return Unfetchable.because("must be written as s3://bucket/key.");
    }

    /** The same with something else for the ending of the file, or after it where it has none. */
    BucketUrl ending(String suffix) {
        return new BucketUrl(bucket, stem(key) + suffix);
    }

    /** Without its ending; a folder with a dot has none. */
    static String stem(String path) {
        var dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
    }

    @Override
    public String toString() {
        return SCHEME + bucket + "/" + key;
    }
}
