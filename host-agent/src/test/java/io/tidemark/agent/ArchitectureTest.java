package io.tidemark.agent;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.inject.Inject;
import java.security.Key;
import java.security.KeyPair;
import java.security.Signature;
import java.security.spec.KeySpec;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The rules of dependency between the packages of the agent. An exception is a line here, with its reason.
class ArchitectureTest {
    private static final JavaClasses AGENT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tidemark.agent", "org.libvirt.TidemarkBridge");

    private static final String[] ADAPTERS = {
        "io.tidemark.agent.kafka..",
        "io.tidemark.agent.libvirt..",
        "io.tidemark.agent.backup.nbd..",
        "io.tidemark.agent.restore.nbd..",
        "io.tidemark.agent.snapshot.storage.."
    };

    private static final String[] PLAIN = {
        "java..",
        "javax.xml..",
        "org.w3c.dom..",
        "org.xml.sax..",
        "org.jspecify..",
        "org.jboss.logging..",
        "jakarta.inject..",
        "jakarta.enterprise.context..",
        "io.tidemark.schemas..",
        "io.tidemark.agent.."
    };

    private static final String EXPORT = "io.tidemark.agent.export..";

    private static final String CRYPTO = "io.tidemark.agent.repository.crypto..";

    private static final DescribedPredicate<JavaClass> FEATURE = resideInAPackage("io.tidemark.agent..")
            .and(not(resideInAnyPackage(ADAPTERS)))
            .and(not(resideInAnyPackage("io.tidemark.agent.boot..", "io.tidemark.agent.cli..")));

    @Test
    void featuresKnowNoFramework() {
        classes()
                .that(FEATURE)
                .and(not(resideInAnyPackage(
                        "io.tidemark.agent.repository.pack..", "io.tidemark.agent.repository.log..", EXPORT, CRYPTO)))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(PLAIN)
                .because("a feature is understood and tested without a container (R3); "
                        + "repository.pack is excepted, as zstd is its one library, repository.log and export, as "
                        + "Jackson is their one, and repository.crypto, which has a rule of its own")
                .check(AGENT);
        classes()
                .that()
                .resideInAnyPackage("io.tidemark.agent.repository.log..", EXPORT)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(PLAIN).or(resideInAPackage("com.fasterxml.jackson..")))
                .because("a record and a line of an export are JSON, and nothing else is taken from anybody (R3)")
                .check(AGENT);
    }

    @Test
    void onlyTheWiringKnowsAdapters() {
        for (String adapter : ADAPTERS) {
            noClasses()
                    .that(not(resideInAnyPackage(
                            adapter, "io.tidemark.agent.boot..", "io.tidemark.agent.cli..", "org.libvirt")))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(adapter)
                    .because("an adapter can be replaced without touching a feature (R4)")
                    .check(AGENT);
        }
    }

    @Test
    void theCommandsOfARepositoryNeedNothingThatServes() {
        noClasses()
                .that()
                .resideInAPackage("io.tidemark.agent.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.quarkus..",
                        "io.smallrye..",
                        "org.eclipse.microprofile..",
                        "org.apache.kafka..",
                        "io.tidemark.agent.boot..",
                        "io.tidemark.agent.kafka..",
                        "io.tidemark.agent.libvirt..",
                        "io.tidemark.agent.command..")
                .because("a repository is of use without all of it")
                .check(AGENT);
    }

    @Test
    void featuresFormNoCycle() {
        slices().matching("io.tidemark.agent.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a cycle is one feature in two folders (R5)")
                .check(AGENT);
    }

    @Test
    void librariesKnowNothingElseOfOurs() {
        noClasses()
                .that()
                .resideInAnyPackage("io.tidemark.agent.extent..")
                .should()
                .dependOnClassesThat(ours().and(not(resideInAPackage("io.tidemark.agent.extent.."))))
                .because("each could be a library of its own (R6)")
                .check(AGENT);
        noClasses()
                .that()
                .resideInAnyPackage("io.tidemark.agent.qcow2..")
                .should()
                .dependOnClassesThat(ours().and(not(resideInAnyPackage("io.tidemark.agent.qcow2.."))))
                .because("each could be a library of its own (R6)")
                .check(AGENT);
        noClasses()
                .that()
                .resideInAnyPackage("io.tidemark.agent.nbd..")
                .should()
                .dependOnClassesThat(
                        ours().and(not(resideInAnyPackage("io.tidemark.agent.nbd..", "io.tidemark.agent.extent.."))))
                .because("each could be a library of its own; extent may be used by all (R6)")
                .check(AGENT);
    }

    @Test
    void theRepositoryKnowsExtentsAndIdsOnly() {
        noClasses()
                .that()
                .resideInAPackage("io.tidemark.agent.repository..")
                .should()
                .dependOnClassesThat(ours().and(not(resideInAnyPackage(
                        "io.tidemark.agent.repository..",
                        "io.tidemark.agent.extent..",
                        "io.tidemark.schemas.id..",
                        "io.tidemark.schemas.vocabulary.."))))
                .because("it could be a library of its own (R6); the vocabulary is excepted: levels and reasons are "
                        + "stored in commit records, and have one spelling")
                .check(AGENT);
    }

    @Test
    void onlyItsAdaptersSpeakNbd() {
        noClasses()
                .that(not(resideInAnyPackage(
                        "io.tidemark.agent.nbd..",
                        "io.tidemark.agent.backup.nbd..",
                        "io.tidemark.agent.restore.nbd..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.tidemark.agent.nbd..")
                .because("what is read and written is a disk, not a protocol (R6)")
                .check(AGENT);
    }

    @Test
    void onlyAdaptersReadImages() {
        noClasses()
                .that(not(resideInAnyPackage(
                        "io.tidemark.agent.qcow2..",
                        "io.tidemark.agent.libvirt..",
                        "io.tidemark.agent.snapshot.storage..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.tidemark.agent.qcow2..")
                .because("who reads an image's file must know that no QEMU has it open (R6)")
                .check(AGENT);
    }

    @Test
    void onlyTheLibvirtAdapterKnowsLibvirt() {
        noClasses()
                .that(not(resideInAnyPackage("io.tidemark.agent.libvirt..", "org.libvirt..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.libvirt..", "com.sun.jna..")
                .because("native calls need their own threads and limits (R7)")
                .check(AGENT);
    }

    @Test
    void theInsideOfTheRepositoryIsItsOwn() {
        noClasses()
                .that(not(resideInAPackage("io.tidemark.agent.repository..")))
                .should()
                .dependOnClassesThat(resideInAPackage("io.tidemark.agent.repository..")
                        .and(not(resideInAnyPackage("io.tidemark.agent.repository", CRYPTO))))
                .because("the next format replaces the inside (R7)")
                .check(AGENT);
        noClasses()
                .that(not(resideInAnyPackage("io.tidemark.agent.repository..", "io.tidemark.agent.cli..")))
                .should()
                .dependOnClassesThat(resideInAPackage(CRYPTO))
                .because("keys are handled by the repository and by who creates them (R7)")
                .check(AGENT);
    }

    @Test
    void keysStayInOnePackage() {
        noClasses()
                .that(not(resideInAPackage(CRYPTO)))
                .should()
                .dependOnClassesThat(resideInAnyPackage("javax.crypto..", "org.bouncycastle..")
                        .or(assignableTo(Key.class))
                        .or(assignableTo(KeyPair.class))
                        .or(assignableTo(KeySpec.class))
                        .or(assignableTo(Signature.class)))
                .because("whoever holds a key can print it (R7)")
                .check(AGENT);
        noMethods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat(resideInAPackage(CRYPTO).and(modifier(JavaModifier.PUBLIC)))
                .should()
                .haveRawReturnType(assignableTo(Key.class).or(assignableTo(KeyPair.class)))
                .because("others hold opaque handles (R7)")
                .check(AGENT);
    }

    @Test
    void cryptographyKnowsFewLibraries() {
        classes()
                .that()
                .resideInAPackage(CRYPTO)
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage(PLAIN).or(resideInAnyPackage("javax.crypto..", "com.fasterxml.jackson..")))
                .orShould()
                .haveSimpleName("Argon2Cost")
                .because("the JDK has all primitives but Argon2id, for which one class knows Bouncy Castle")
                .check(AGENT);
    }

    @Test
    void timeIdsAndChanceArePassedIn() {
        noClasses()
                .that(not(resideInAnyPackage("io.tidemark.agent.boot..", "io.tidemark.agent.cli")))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "getenv")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .accessField(System.class, "out")
                .because("a test moves the clock and knows the ids (R8)")
                .check(AGENT);
    }

    @Test
    void familiesAreSealed() {
        classes()
                .that()
                .haveNameMatching(".*(State|Event|Command)")
                .and()
                .areInterfaces()
                .should()
                .beAssignableTo(sealed())
                .because("a new member must break the build where a choice is due (R10)")
                .check(AGENT);
    }

    @Test
    void nothingIsInjectedIntoFields() {
        fields().should()
                .notBeAnnotatedWith(Inject.class)
                .because("what an object needs, its constructor says (R11)")
                .check(AGENT);
    }

    @Test
    void fieldsThatAnotherThreadMayChangeAreNotStatic() {
        fields().that()
                .areStatic()
                .should()
                .beFinal()
                .because("static state that moves hides what a test must reset (R11)")
                .check(AGENT);
    }

    @Test
    void noNameHidesWhatATypeIs() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Utils?)")
                .because("two implementations have two names (R12)")
                .check(AGENT);
    }

    private static DescribedPredicate<JavaClass> ours() {
        return resideInAnyPackage("io.tidemark..");
    }

    private static DescribedPredicate<JavaClass> sealed() {
        return DescribedPredicate.describe("sealed", type -> type.reflect().isSealed());
    }
}
