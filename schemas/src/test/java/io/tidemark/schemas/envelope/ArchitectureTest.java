package io.tidemark.schemas.envelope;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// The contracts stay free of frameworks: everybody depends on them.
final class ArchitectureTest {
    private static final JavaClasses CONTRACTS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.tidemark.schemas");

    @Test
    void onlyTheEnvelopeKnowsDatabind() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..schemas.envelope..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.databind..", "com.fasterxml.jackson.core..")
                .check(CONTRACTS);
    }

    @Test
    void theContractsUseNoFramework() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..", "org.apache.kafka..", "org.libvirt..")
                .check(CONTRACTS);
    }
}
