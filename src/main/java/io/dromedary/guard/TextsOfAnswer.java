package io.dromedary.guard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The texts of an answer whose chunks are read twice: once to know them whole, and once more to put others in their place. */
final class TextsOfAnswer {
    private final List<StringBuilder> texts = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();

    /** Each that says something, with its path. */
    Map<String, String> all() {
        var all = new LinkedHashMap<String, String>();
        for (var i = 0; i < texts.size(); i++) {
            if (!texts.get(i).toString().isBlank()) {
                all.putIfAbsent(texts.get(i).toString(), paths.get(i));
            }
        }
        return all;
    }

    /** For the first time. */
    ChunkTexts reading() {
        return new ChunkTexts(new ChunkTexts.Passage() {
            @Override
            public ChunkTexts.Passing begin(String path, boolean json) {
                var text = new StringBuilder();
                texts.add(text);
                paths.add(path);
                return new ChunkTexts.Passing() {
                    @Override
                    public String feed(String piece) {
                        text.append(piece);
                        return piece;
                    }

                    @Override
                    public String settle() {
                        return "";
                    }
                };
            }

            @Override
            public String whole(String path, String text, boolean json) {
                texts.add(new StringBuilder(text));
                paths.add(path);
                return text;
            }
        });
    }

    /** For the second time: the first piece of each text becomes all of what stands for it, and the others nothing. */
    ChunkTexts replacing(Map<String, String> instead) {
        var rest = texts.iterator();
        return new ChunkTexts(new ChunkTexts.Passage() {
            @Override
            public ChunkTexts.Passing begin(String path, boolean json) {
                var text = rest.next().toString();
                return new ChunkTexts.Passing() {
                    private String all = instead.getOrDefault(text, text);

                    @Override
                    public String feed(String piece) {
                        var shown = all;
                        all = "";
                        return shown;
                    }

                    @Override
                    public String settle() {
                        return "";
                    }
                };
            }

            @Override
            public String whole(String path, String text, boolean json) {
                rest.next();
                return instead.getOrDefault(text, text);
            }
        });
    }
}
