package io.dromedary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What the caller sees when a backend misbehaves, row by row, and what the backends see of it. */
@Timeout(120)
final class FailoverTableIT {
    private static final int WARM_UP = 200;
    private static final int SIDE_BY_SIDE = 8;

    private static final List<FailoverCase> FAILED = FailedAttemptRows.rows();
    private static final List<FailoverCase> LIMITS = LimitRows.rows();
    private static final List<FailoverCase> SILENCE = SilenceRows.rows();
    private static final List<FailoverCase> CUTS = CutRows.rows();
    private static final List<FailoverCase> SHAPES = CutShapeRows.rows();
    private static final List<FailoverCase> ODD = OddStreamRows.rows();
    private static final List<FailoverCase> CALLERS_OWN = CallersOwnRows.rows();
    private static final List<FailoverCase> DEADLINES = DeadlineRows.rows();

    private static final List<FailoverTable> tables = new ArrayList<>();
    private static FailoverTable table;

    @BeforeAll
    static void start() throws Exception {
        var all = Stream.of(FAILED, LIMITS, SILENCE, CUTS, SHAPES, ODD, CALLERS_OWN, DEADLINES)
                .flatMap(List::stream)
                .toList();
        table = started(all, SIDE_BY_SIDE);
    }

    private static FailoverTable started(List<FailoverCase> rows, int sideBySide) throws Exception {
        var started = FailoverTable.start(rows, WARM_UP, sideBySide);
        tables.add(started);
        return started;
    }

    @AfterAll
    static void stop() {
        tables.forEach(FailoverTable::close);
    }

    /** In a gateway of their own; where it does not start, every row fails for that. */
    private static List<DynamicTest> apart(List<FailoverCase> rows) throws Exception {
        try {
            return started(rows, 2).tests(rows);
        } catch (AssertionError e) {
            return rows.stream()
                    .map(row -> DynamicTest.dynamicTest(row.name(), () -> {
                        throw new AssertionError("«" + row.name() + "» " + e.getMessage(), e);
                    }))
                    .toList();
        }
    }

    @TestFactory
    List<DynamicTest> attempts_that_fail_before_an_answer() {
        return table.tests(FAILED);
    }

    @TestFactory
    List<DynamicTest> rate_limits_and_accounts() {
        return table.tests(LIMITS);
    }

    @TestFactory
    List<DynamicTest> backends_that_are_silent() {
        return table.tests(SILENCE);
    }

    @TestFactory
    List<DynamicTest> answers_that_break_off() {
        return table.tests(CUTS);
    }

    @TestFactory
    List<DynamicTest> tool_calls_reasoning_and_choices_that_break_off() {
        return table.tests(SHAPES);
    }

    @TestFactory
    List<DynamicTest> odd_streams_that_are_answers() {
        return table.tests(ODD);
    }

    @TestFactory
    List<DynamicTest> what_the_caller_has_to_mend() {
        return table.tests(CALLERS_OWN);
    }

    @TestFactory
    List<DynamicTest> deadlines_and_callers_who_leave() {
        return table.tests(DEADLINES);
    }

    /** Apart from the others, because there is a budget for hedges: a share of all calls. */
    @TestFactory
    List<DynamicTest> candidates_beside_one_that_hesitates() throws Exception {
        return apart(SilenceRows.hedges());
    }

    @TestFactory
    List<DynamicTest> models_that_say_what_becomes_of_a_broken_stream() throws Exception {
        return apart(ResumeRows.rows());
    }

    @Test
    void the_gateway_has_nothing_to_complain_of() {
        assertThat(table.complaints()).isEmpty();
    }

    @Test
    void no_backend_is_asked_after_its_call_is_over() {
        table.assertNobodyWasAskedLater();
    }
}
