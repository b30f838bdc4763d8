package io.dromedary.api.audio;

/** What is to become of speech. */
public enum SpeechTask {
    /** Text in the language that was spoken. */
    TRANSCRIBE("transcribe"),
    /** English text. */
    TRANSLATE("translate");

    private final String word;

    SpeechTask(String word) {
        this.word = word;
    }

    /** As a transcript names it. */
    public String word() {
        return word;
    }
}
