package io.dromedary.config;

import java.util.List;
import java.util.stream.Collectors;

/** The files cannot be used; all that is wrong with them at once. */
public final class SettingsException extends Exception {
    private final transient List<Problem> problems;

    public SettingsException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
