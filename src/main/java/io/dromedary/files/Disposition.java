package io.dromedary.files;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The header that names a download, as RFC 6266 has it: whatever the name, the header is one line of ASCII. */
final class Disposition {
    private static final String PLAIN = "!#$&+.^_`|~-";
    private static final int LONGEST = 200;

    private Disposition() {}

    /** @param filename as its sender called it */
    static String of(String filename) {
        var name = last(filename);
        var ascii = new StringBuilder();
        var all = new StringBuilder();
        for (var b : name.getBytes(UTF_8)) {
            var c = (char) (b & 0xff);
            if (isPlain(c)) {
                all.append(c);
            } else {
                all.append('%').append(String.format("%02X", b & 0xff));
            }
        }
        name.codePoints()
                .forEach(
                        c -> ascii.append(c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%' ? (char) c : '_'));
        return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + all;
    }

    /** Folders in a name are not for the disk of whoever downloads it. */
    private static String last(String filename) {
        var name = filename.substring(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
        var some = name.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT && !isSurrogate(c))
                .limit(LONGEST)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .trim();
        return some.isEmpty() || some.equals(".") || some.equals("..") ? "file" : some;
    }

    private static boolean isSurrogate(int c) {
        return c >= 0xd800 && c < 0xe000;
    }

    private static boolean isPlain(char c) {
        return c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
    }
}
