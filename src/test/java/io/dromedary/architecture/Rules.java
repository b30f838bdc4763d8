package io.dromedary.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.InstantSource;
import java.time.temporal.TemporalAccessor;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/**
 * The rules, for a house at any address: the real one, and the one of the canaries.
 *
 * @param root the package of the composition root; each package below it is a room
 */
record Rules(String root) {
    ArchRule api_knows_only_the_jdk_jackson_and_jspecify() {
        return classes()
                .that(live("api"))
                .should()
                .onlyDependOnClassesThat(
                        live("api").or(resideInAnyPackage("java..", "com.fasterxml.jackson..", "org.jspecify..")));
    }

    ArchRule camel_stays_in_http_and_steps() {
        return noClasses()
                .that(liveElsewhereThan("http", "steps"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.camel..");
    }

    ArchRule the_event_loops_stay_in_http_backend_and_bench() {
        return noClasses()
                .that(liveElsewhereThan("http", "backend", "bench"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", "io.netty..");
    }

    ArchRule infinispan_stays_in_store() {
        return noClasses()
                .that(liveElsewhereThan("store"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.infinispan..");
    }

    ArchRule opentelemetry_stays_in_observe() {
        return noClasses()
                .that(liveElsewhereThan("observe"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..");
    }

    /** What signs requests and frames events, of the same house, is the backend's. */
    ArchRule object_stores_stay_in_steps() {
        var stores = noClasses()
                .that(liveElsewhereThan("steps"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "software.amazon.awssdk.services..",
                        "software.amazon.awssdk.core..",
                        "software.amazon.awssdk.regions..",
                        "software.amazon.awssdk.auth..");
        var anything = noClasses()
                .that(liveElsewhereThan("steps", "backend"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon..");
        return CompositeArchRule.of(stores).and(anything);
    }

    ArchRule the_client_that_waits_stays_in_files() {
        return noClasses()
                .that(liveElsewhereThan("files"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.hc..");
    }

    ArchRule nobody_imports_steps() {
        return noClasses().that(liveElsewhereThan("steps")).should().dependOnClassesThat(live("steps"));
    }

    ArchRule no_room_knows_how_the_house_is_put_together() {
        return noClasses()
                .that(liveElsewhereThan())
                .should()
                .dependOnClassesThat()
                .resideInAPackage(root);
    }

    ArchRule rooms_form_no_cycle() {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles();
    }

    ArchRule time_is_injected() {
        return noClasses()
                .that(liveElsewhereThan("bench"))
                .should()
                .accessTargetWhere(describe("reads a clock of its own, or sleeps", Rules::keepsTime))
                .orShould()
                .dependOnClassesThat(assignableTo(Date.class).or(assignableTo(Calendar.class)));
    }

    ArchRule randomness_is_injected() {
        return noClasses()
                .that(liveElsewhereThan("bench"))
                .should()
                .accessTargetWhere(describe("makes a source of randomness", Rules::rollsDice));
    }

    ArchRule only_the_root_bench_and_observe_print() {
        return noClasses()
                .that(liveElsewhereThan("bench", "observe"))
                .should()
                .accessTargetWhere(
                        describe("System.out or System.err", access -> is(System.class, access, "out", "err")));
    }

    ArchRule every_package_is_null_marked() {
        return classes().should(new ArchCondition<>("live in a package whose package-info is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                var marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type, marked, type.getName() + " is in a package without @NullMarked"));
            }
        });
    }

    private static boolean keepsTime(JavaAccess<?> access) {
        var owner = access.getTargetOwner();
        return is(System.class, access, "currentTimeMillis")
                || is(Thread.class, access, "sleep")
                || owner.isAssignableTo(TemporalAccessor.class)
                        && access.getName().equals("now")
                || owner.isAssignableTo(InstantSource.class) && access.getName().startsWith("system");
    }

    private static boolean rollsDice(JavaAccess<?> access) {
        var owner = access.getTargetOwner();
        return owner.isAssignableTo(RandomGenerator.class) && access.getName().equals("<init>")
                || is(RandomGenerator.class, access, "getDefault", "of")
                || is(ThreadLocalRandom.class, access, "current")
                || is(Math.class, access, "random")
                || is(UUID.class, access, "randomUUID");
    }

    private static boolean is(Class<?> owner, JavaAccess<?> access, String... names) {
        return access.getTargetOwner().isEquivalentTo(owner) && List.of(names).contains(access.getName());
    }

    private DescribedPredicate<JavaClass> live(String room) {
        return resideInAnyPackage(root + "." + room + "..").as("live in " + room);
    }

    /** In any room but these, and not in the root, which puts everything together. */
    private DescribedPredicate<JavaClass> liveElsewhereThan(String... rooms) {
        var allowed = resideInAnyPackage(root);
        for (var room : rooms) {
            allowed = allowed.or(live(room));
        }
        return DescribedPredicate.not(allowed).as("live elsewhere than in the root, " + String.join(", ", rooms));
    }
}
