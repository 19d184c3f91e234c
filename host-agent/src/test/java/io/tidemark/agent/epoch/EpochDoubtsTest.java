package io.tidemark.agent.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochDoubtsTest {
    private static final DomainUuid DOMAIN = new DomainUuid(new UUID(1, 1));
    private static final DomainUuid OTHER = new DomainUuid(new UUID(1, 2));
    private static final Set<String> DISKS = Set.of("vda", "vdb");

    private Path file;
    private EpochDoubts doubts;

    @BeforeEach
    void open(@TempDir Path folder) {
        file = folder.resolve("doubts");
        doubts = EpochDoubts.open(file);
    }

    @Test
    void nothingIsDoubtedAtFirst() {
        assertThat(of(DOMAIN, "tidemark-1")).isEmpty();
    }

    @Test
    void whatIsCastHoldsForAllUntilItIsKnownWhichAndForTheseThen() {
        doubts.cast(DOMAIN, Reason.REVERTED_OR_RESTORED);

        assertThat(of(DOMAIN, "tidemark-9"))
                .isEqualTo(Map.of("vda", Reason.REVERTED_OR_RESTORED, "vdb", Reason.REVERTED_OR_RESTORED));
        assertThat(of(OTHER, "tidemark-9")).isEmpty();
        doubts.settle(DOMAIN, List.of("tidemark-1"));
        assertThat(of(DOMAIN, "tidemark-1")).hasSize(2);
        assertThat(of(DOMAIN, "tidemark-9")).as("one that began later").isEmpty();
    }

    @Test
    void aDoubtOfOneDiskLeavesTheOthers() {
        doubts.doubt(DOMAIN, "vdb", List.of("tidemark-1"), Reason.CHANGED_OFFLINE);

        assertThat(of(DOMAIN, "tidemark-1")).isEqualTo(Map.of("vdb", Reason.CHANGED_OFFLINE));
    }

    @Test
    void aDoubtSurvivesTheAgentAndTheFirstReasonStays() {
        doubts.doubt(DOMAIN, "vdb", List.of("tidemark-1"), Reason.CHANGED_OFFLINE);
        doubts.doubt(DOMAIN, "vdb", List.of("tidemark-1"), Reason.BITMAP_INCONSISTENT);

        doubts = EpochDoubts.open(file);

        assertThat(of(DOMAIN, "tidemark-1")).isEqualTo(Map.of("vdb", Reason.CHANGED_OFFLINE));
    }

    @Test
    void namesThatHoldSpacesAndLinesAreReadAgain() {
        doubts.doubt(DOMAIN, "vda", List.of("tidemark-a b\nc"), Reason.CHANGED_OFFLINE);

        doubts = EpochDoubts.open(file);

        assertThat(of(DOMAIN, "tidemark-a b\nc")).isEqualTo(Map.of("vda", Reason.CHANGED_OFFLINE));
    }

    @Test
    void aDoubtLastsAsLongAsItsBitmap() throws IOException {
        doubts.doubt(DOMAIN, "vdb", List.of("tidemark-1"), Reason.CHANGED_OFFLINE);
        doubts.doubt(OTHER, "vda", List.of("tidemark-2"), Reason.CHANGED_OFFLINE);

        doubts.settle(DOMAIN, List.of("tidemark-3"));

        assertThat(of(DOMAIN, "tidemark-1")).isEmpty();
        assertThat(Files.readAllLines(file)).containsExactly(OTHER + " vda tidemark-2 changed-offline");
    }

    @Test
    void aFileThatCannotBeReadIsNamedAndDoubtsAreNotForgotten() throws IOException {
        Files.writeString(file, DOMAIN + " vda tidemark-1\n");

        assertThatThrownBy(() -> EpochDoubts.open(file))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("expected domain, disk, checkpoint and reason");
    }

    private Map<String, Reason> of(DomainUuid domain, String checkpoint) {
        return doubts.of(domain, checkpoint, DISKS);
    }
}
