package io.tidemark.bench.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.bench.DataSet;
import io.tidemark.bench.Figure;
import io.tidemark.bench.repository.IncrementMeasurement.Shape;
import io.tidemark.bench.repository.SizeMeasurement.Chunking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each measurement with very little: that it comes to its figures, not what they are.
class MeasurementsIT {
    private static final DataSet DATA = new DataSet(1, 4 << 20, 4 << 20);

    private final Site site;

    MeasurementsIT(@TempDir Path folder) throws Exception {
        this.site = new Site(folder.resolve("no-tmpfs"), Files.createDirectories(folder.resolve("disk")), true);
    }

    @BeforeEach
    void needPeers() {
        for (String program : List.of("qemu-img", "qemu-nbd", PathMeasurement.NBDCOPY, Borg.PROGRAM, Restic.PROGRAM)) {
            assertThat(Peers.has(program))
                    .as("%s, which ./tidemark test installs", program)
                    .isTrue();
        }
    }

    private static List<String> names(Measurement measurement) throws Exception {
        List<Figure> figures = measurement.figures();
        assertThat(figures).allSatisfy(figure -> {
            assertThat(figure.extra()).containsKeys("dataSet", "cache", "fileSystem", "sync", "compression");
            assertThat(figure.json("repository")).startsWith("{\"bench\":\"repository\",\"figure\":");
        });
        return figures.stream().map(Figure::name).toList();
    }

    @Test
    void wholePaths() throws Exception {
        assertThat(names(new PathMeasurement(site, DATA, 1)))
                .containsExactly(
                        "path-full",
                        "path-full-core-seconds",
                        "path-full-sampled",
                        "path-full-sampled-core-seconds",
                        "path-full-protected-core-seconds",
                        "path-repeat",
                        "path-repeat-core-seconds");
    }

    @Test
    void fullsAndRestores() throws Exception {
        assertThat(names(new FullMeasurement(site, DATA, 1)))
                .containsExactly(
                        "full-beside-qemu-img",
                        "full-core-seconds-beside-qemu-img",
                        "full-beside-borg",
                        "full-core-seconds-beside-borg",
                        "full-protected-core-seconds",
                        "repeat-full",
                        "repeat-full-core-seconds",
                        "restore-raw",
                        "restore-raw-core-seconds");
    }

    @Test
    void restores() throws Exception {
        assertThat(names(new RestoreMeasurement(site, DATA, 1)))
                .containsExactly(
                        "restore-proved-qcow2",
                        "restore-proved-qcow2-core-seconds",
                        "restore-proved-raw",
                        "restore-proved-raw-core-seconds");
    }

    @Test
    void verifications() throws Exception {
        assertThat(names(new VerifyMeasurement(site, DATA, 1)))
                .containsExactly(
                        "verify-without-key",
                        "verify-without-key-core-seconds",
                        "verify-with-key",
                        "verify-with-key-core-seconds");
    }

    @Test
    void increments() throws Exception {
        assertThat(names(new IncrementMeasurement(site, List.of(Shape.SMALL, Shape.THIN), 1)))
                .hasSize(7);
    }

    @Test
    void chainAndRandomReads() throws Exception {
        assertThat(names(new ChainMeasurement(site, DATA, 3, 1)))
                .containsExactly(
                        "chain-read-last",
                        "random-read-open-p50",
                        "random-read-open-p99",
                        "random-read-cold-p50",
                        "random-read-cold-p99",
                        "random-read-warm-p50",
                        "random-read-warm-p99",
                        "chain-read-last-repacked");
    }

    @Test
    void sizes() throws Exception {
        assertThat(names(new SizeMeasurement(site, DATA, 2, 1, Chunking.FIXED)))
                .containsExactly("size-beside-borg-fixed-65536", "size-beside-borg-fixed-16384");
        assertThat(names(new SizeMeasurement(site, DATA, 2, 1, Chunking.OWN)))
                .containsExactly("size-beside-borg-its-own-chunker", "size-beside-restic");
    }

    @Test
    void mark() throws Exception {
        assertThat(names(new MarkMeasurement(site, 1000, 1))).containsExactly("mark");
    }

    @Test
    void memory() throws Exception {
        assertThat(names(new MemoryMeasurement(site, DATA, 1))).containsExactly("memory");
        assertThat(names(new LargeMemoryMeasurement(site, 200_000))).containsExactly("memory-large");
    }
}
