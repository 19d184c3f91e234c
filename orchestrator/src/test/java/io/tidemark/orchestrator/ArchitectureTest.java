package io.tidemark.orchestrator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The borders inside the orchestrator. Each rule says why it is there.
class ArchitectureTest {
    private static final String ROOT = "io.tidemark.orchestrator";
    private static final String[] ADAPTERS = {
        "..orchestrator..db..",
        "..orchestrator..kafka..",
        "..orchestrator..rest..",
        "..orchestrator..metrics..",
        "..orchestrator..health..",
        "..orchestrator..schedule.."
    };
    private static final DescribedPredicate<JavaClass> ADAPTER = resideInAnyPackage(ADAPTERS);
    private static final DescribedPredicate<JavaClass> BOOT = resideInAPackage("..orchestrator.boot..");

    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @Test
    void featureRootsKnowNoFramework() {
        ArchRule rule = classes()
                .that(not(ADAPTER).and(not(BOOT)))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "java..",
                                "io.tidemark.schemas..",
                                ROOT + "..",
                                "org.jspecify.annotations..",
                                "org.jboss.logging..",
                                "jakarta.inject..",
                                "jakarta.enterprise.context..")
                        .and(not(ADAPTER)))
                .because("R3: what is decided here must be testable without a container, and outlive it");

        rule.check(classes);
    }

    @Test
    void adaptersAreLeaves() {
        ArchRule rule = noClasses()
                .that(not(ADAPTER).and(not(BOOT)))
                .should()
                .dependOnClassesThat(ADAPTER)
                .because("R4: an adapter that others know cannot be replaced");

        rule.check(classes);
    }

    @Test
    void featuresFormNoCycle() {
        ArchRule rule = slices().matching(ROOT + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("R5: a feature is read, tested and moved by itself");

        rule.check(classes);
    }

    @Test
    void timeIdsChanceAndWaitingArePassedIn() {
        ArchRule rule = noClasses()
                .that(not(BOOT))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .accessField(System.class, "out")
                .because("R8: what a test cannot set it cannot repeat");

        rule.check(classes);
    }

    @Test
    void entitiesStayInTheirPackage() {
        ArchRule rule = classes()
                .that()
                .haveSimpleNameEndingWith("Entity")
                .should()
                .bePackagePrivate()
                .andShould()
                .resideInAPackage("..db..")
                .because("R9: a row that is passed around is changed from everywhere");

        rule.check(classes);
    }

    @Test
    void familiesAreSealedOrEnums() {
        Stream<String> open = classes.stream()
                .filter(JavaClass::isInterface)
                .filter(type -> type.getSimpleName().matches(".*(State|Event|Command)"))
                .filter(type -> !type.reflect().isSealed())
                .map(JavaClass::getName);

        assertThat(open)
                .as("R10: a new state or event must break the build where a choice is due")
                .isEmpty();
    }

    @Test
    void nothingIsInjectedIntoFields() {
        ArchRule rule = noFields()
                .should()
                .beAnnotatedWith("jakarta.inject.Inject")
                .because("R11: what a class needs is seen in its constructor");

        rule.check(classes);
    }

    @Test
    void namesSayWhatAThingIs() {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage(ROOT + "..")
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Utils?)")
                .because("R12: such a name hides what the class is for");

        rule.check(classes);
    }
}
