package io.dromedary.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each rule holds in the house, and catches its canary: exactly the class that was built to break it. */
final class ArchitectureTest {
    private static final String ROOT = "io.dromedary";
    private static final String CANARIES = "io.dromedary.architecture.canary";
    private static final Pattern CANARY = Pattern.compile(Pattern.quote(CANARIES) + "(?:\\.[a-z]+)*\\.[A-Z]\\w*");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    private static final JavaClasses CAGE = new ClassFileImporter().importPackages(CANARIES);

    @Test
    void api_knows_only_the_jdk_jackson_and_jspecify() {
        holds(Rules::api_knows_only_the_jdk_jackson_and_jspecify, "api.KnowsTheConfiguration");
    }

    @Test
    void camel_stays_in_http_and_steps() {
        holds(Rules::camel_stays_in_http_and_steps, "routing.RoutesWithCamel");
    }

    @Test
    void the_event_loops_stay_in_http_backend_and_bench() {
        holds(Rules::the_event_loops_stay_in_http_backend_and_bench, "access.AsksVertx", "tier.AsksNetty");
    }

    @Test
    void infinispan_stays_in_store() {
        holds(Rules::infinispan_stays_in_store, "jobs.KeepsInACache");
    }

    @Test
    void opentelemetry_stays_in_observe() {
        holds(Rules::opentelemetry_stays_in_observe, "routing.TracesCalls");
    }

    @Test
    void object_stores_stay_in_steps() {
        holds(Rules::object_stores_stay_in_steps, "files.AsksAnObjectStore");
    }

    @Test
    void the_client_that_waits_stays_in_files() {
        holds(Rules::the_client_that_waits_stays_in_files, "routing.Waits");
    }

    @Test
    void nobody_imports_steps() {
        holds(Rules::nobody_imports_steps, "call.TakesAStep");
    }

    @Test
    void no_room_knows_how_the_house_is_put_together() {
        holds(Rules::no_room_knows_how_the_house_is_put_together, "files.KnowsTheHouse");
    }

    @Test
    void rooms_form_no_cycle() {
        holds(Rules::rooms_form_no_cycle, "responses.NeedsStore", "store.NeedsResponses");
    }

    @Test
    void time_is_injected() {
        holds(
                Rules::time_is_injected,
                "routing.ReadsTheClock",
                "routing.MakesAClock",
                "routing.CountsMillis",
                "routing.Sleeps",
                "routing.DatesThings");
    }

    @Test
    void randomness_is_injected() {
        holds(Rules::randomness_is_injected, "routing.MakesRandom", "routing.TakesRandom", "routing.NamesThings");
    }

    @Test
    void only_the_root_bench_and_observe_print() {
        holds(Rules::only_the_root_bench_and_observe_print, "config.Prints");
    }

    @Test
    void every_package_is_null_marked() {
        holds(Rules::every_package_is_null_marked, "unmarked.Unmarked");
    }

    private static void holds(Function<Rules, ArchRule> rule, String... canaries) {
        var caught = rule.apply(new Rules(CANARIES)).evaluate(CAGE);
        assertThat(caught.hasViolation()).as("the rule catches its canaries").isTrue();
        assertThat(caught.getFailureReport().getDetails())
                .as("each violation is by a canary of this rule")
                .allSatisfy(violation -> assertThat(
                                CANARY.matcher(violation).results().map(MatchResult::group))
                        .containsAnyOf(named(canaries)));
        assertThat(String.join("\n", caught.getFailureReport().getDetails())).contains(named(canaries));
        rule.apply(new Rules(ROOT)).check(HOUSE);
    }

    private static String[] named(String... canaries) {
        var names = canaries.clone();
        Arrays.setAll(names, i -> CANARIES + "." + canaries[i]);
        return names;
    }
}
