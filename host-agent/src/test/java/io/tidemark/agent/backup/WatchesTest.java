package io.tidemark.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A doubt stays with its disk.
class WatchesTest {
    private static final DomainUuid DOMAIN = new DomainUuid(new UUID(1, 2));
    private static final String CHECKPOINT = "tidemark-1";

    private static DomainDisk disk(String target, String serial) {
        return new DomainDisk(
                target,
                "virtio",
                Optional.of(serial),
                "qcow2",
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void doubtThatAnEarlierBuildWroteOfATargetGoesWithTheDiskThatIsThereAtTheFirstLook(@TempDir Path folder) {
        EpochDoubts doubts = EpochDoubts.open(folder.resolve("doubts"));
        doubts.doubt(DOMAIN, "vda", List.of(CHECKPOINT), Reason.CHANGED_OFFLINE);
        Watches watches = new Watches(new PointBegins(), doubts, new RestWatch());

        assertThat(watches.doubted(DOMAIN, CHECKPOINT, List.of(disk("vda", "S"), disk("vdb", "T"))))
                .isEqualTo(Map.of("vda", Reason.CHANGED_OFFLINE));

        assertThat(watches.doubted(DOMAIN, CHECKPOINT, List.of(disk("vdb", "S"))))
                .isEqualTo(Map.of("vdb", Reason.CHANGED_OFFLINE));
    }
}
