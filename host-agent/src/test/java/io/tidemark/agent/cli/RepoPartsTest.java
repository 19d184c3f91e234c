package io.tidemark.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.Device;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.DiskReader;
import io.tidemark.agent.repository.Part;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A point that holds more of a VM than its disks: an old program keeps it whole, and says what it leaves out.
class RepoPartsTest {
    private static final byte[] NVRAM = new byte[540_672];
    private static final String POINT = "cccccccc-0000-4000-8000-000000000004";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @SuppressWarnings("NullAway.Init") // made before each test
    private BlobRepository repository;

    static {
        Arrays.fill(NVRAM, (byte) 'n');
    }

    @BeforeEach
    void write() {
        repository = TwoVms.fresh(folder);
        repository.create();
        var disks = List.of(
                new DiskDescription(
                        TwoVms.id(0),
                        "vda",
                        new Device(Part.DISK, "virtio", "qcow2"),
                        TwoVms.VDA.length,
                        Level.FULL,
                        Reason.FIRST_BACKUP,
                        "image-0",
                        true),
                new DiskDescription(
                        TwoVms.id(1),
                        "nvram",
                        new Device(Part.NVRAM, "", "raw"),
                        NVRAM.length,
                        Level.FULL,
                        Reason.FIRST_BACKUP,
                        "image-1",
                        false));
        TwoVms.point(repository, TwoVms.request(TwoVms.WEB, 4, POINT, disks), "web", List.of(TwoVms.VDA, NVRAM));
    }

    private RepoRun repo(String... arguments) {
        return RepoRun.of(Map.of("TIDEMARK_REPOSITORY", folder.toString()), arguments);
    }

    @Test
    void partBusFormatAndEpochAreShown() throws Exception {
        List<List<String>> rows = repo("show", POINT)
                .answer()
                .lines()
                .map(line -> List.of(line.split(" {2,}")))
                .toList();
        assertThat(rows)
                .anySatisfy(row ->
                        assertThat(row).startsWith("vda", "disk", "virtio", "qcow2", "full", "first-backup", "begun"));
        assertThat(rows)
                .anySatisfy(
                        row -> assertThat(row).startsWith("nvram", "nvram", "-", "raw", "full", "first-backup", "-"));
        var disk = repo("show", POINT, "--json").json().at("/point/disks/0");
        assertThat(disk.at("/bus").asText()).isEqualTo("virtio");
        assertThat(disk.at("/part").asText()).isEqualTo("disk");
        assertThat(disk.at("/epochBegun").asBoolean()).isTrue();
    }

    @Test
    void whatIsNoDiskIsRestoredWhenItIsNamedAndElseLeftOut() {
        Lookup lookup = new Lookup(repository);
        RestoreOrder all =
                RestoreOrder.of(lookup, lookup.point(POINT), List.of(), ImageFormat.RAW, folder.resolve("images"));
        RestoreOrder named = RestoreOrder.of(
                lookup, lookup.point(POINT), List.of("nvram"), ImageFormat.RAW, folder.resolve("images"));

        assertThat(all.disks()).extracting(DiskDescription::target).containsExactly("vda");
        assertThat(all.left()).containsExactly("nvram");
        assertThat(named.disks()).extracting(DiskDescription::target).containsExactly("nvram");
    }

    @Test
    void aCollectionKeepsWhatIsNoDisk() {
        assertThat(repo("gc").exitCode()).isZero();

        assertThat(repo("verify").answer()).contains("no damage");
        byte[] read = new byte[NVRAM.length];
        try (DiskReader reader =
                repository.openDisk(new PointKey(TwoVms.WEB, RestorePointId.of(POINT)), TwoVms.id(1))) {
            reader.read(0, read, read.length);
        }
        assertThat(read).isEqualTo(NVRAM);
    }
}
