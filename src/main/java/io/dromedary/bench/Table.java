package io.dromedary.bench;

import java.util.ArrayList;
import java.util.List;

/** A Markdown table with its columns lined up: the first to the left, figures to the right. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        rows.add(List.of(header));
    }

    /** @throws IllegalArgumentException when there are not as many cells as columns */
    void row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("%d cells for %d columns"
                    .formatted(cells.length, rows.getFirst().size()));
        }
        rows.add(List.of(cells));
    }

    String text() {
        var widths = new int[rows.getFirst().size()];
        for (var row : rows) {
            for (var i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var out = new StringBuilder();
        for (var r = 0; r < rows.size(); r++) {
            line(out, rows.get(r), widths);
            if (r == 0) {
                rule(out, widths);
            }
        }
        return out.toString();
    }

    private static void line(StringBuilder out, List<String> cells, int[] widths) {
        for (var i = 0; i < widths.length; i++) {
            var pad = " ".repeat(widths[i] - cells.get(i).length());
            out.append("| ")
                    .append(i == 0 ? cells.get(i) + pad : pad + cells.get(i))
                    .append(' ');
        }
        out.append("|\n");
    }

    private static void rule(StringBuilder out, int[] widths) {
        for (var i = 0; i < widths.length; i++) {
            out.append(i == 0 ? "|:" : "|-").append("-".repeat(widths[i])).append(i == 0 ? "-" : ":");
        }
        out.append("|\n");
    }
}
