package io.tidemark.agent.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tidemark.agent.qcow2.Qcow2Header.Backing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds the reader against what QEMU writes, and what it says of the same image.
@Timeout(120)
class Qcow2ImageIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WRITES = 12;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    static Stream<Arguments> layouts() {
        return Stream.of(
                arguments("cluster_size=4k", 40L << 20, List.of("512", "4k", "64k")),
                arguments("cluster_size=4k", (3L << 30) + 512, List.of("4k", "64k", "1M")),
                arguments("cluster_size=64k", (200L << 20) + 1536, List.of("32k", "64k", "2M")),
                arguments("cluster_size=64k,extended_l2=on", (1L << 30) + 65_024, List.of("64k", "128k")),
                arguments("cluster_size=2M", (8L << 30) + 1024, List.of("4k", "64k", "16M")),
                arguments("cluster_size=64k,compression_type=zstd", 7L << 40, List.of("64k", "512k")),
                arguments("cluster_size=512", (64L << 20) - 512, List.of("64k")));
    }

    /// What is written at random is what is named, of each granularity to its own granules.
    @ParameterizedTest
    @MethodSource("layouts")
    void whatWasWrittenIsNamed(String options, long sizeBytes, List<String> granularities) throws Exception {
        Path image = created("a.qcow2", options, sizeBytes);
        for (String granularity : granularities) {
            run("qemu-img", "bitmap", "--add", "-g", granularity, image.toString(), "of-" + granularity);
        }
        run("qemu-img", "bitmap", "--add", "--disable", image.toString(), "stopped");

        List<long[]> writes = writes(image, sizeBytes);

        assertSaysTheSameAsQemu(image);
        try (Qcow2Image read = Qcow2Image.open(image)) {
            assertThat(read.bitmaps()).hasSize(granularities.size() + 1);
            for (Qcow2Bitmap bitmap : read.bitmaps()) {
                assertThat(runs(read.dirty(bitmap)))
                        .as(bitmap.name())
                        .isEqualTo(bitmap.isAuto() ? granules(writes, bitmap, sizeBytes) : List.of());
            }
        }
    }

    /// Also at both ends of the disk.
    private static List<long[]> writes(Path image, long sizeBytes) throws Exception {
        var random = new Random(sizeBytes);
        List<long[]> writes = new ArrayList<>(List.of(new long[] {0, 512}, new long[] {sizeBytes - 512, 512}));
        for (int number = 0; number < WRITES; number++) {
            long length = (1 + random.nextInt(512)) * 512L;
            writes.add(new long[] {random.nextLong((sizeBytes - length) / 512) * 512, length});
        }
        List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "qcow2", image.toString()));
        writes.forEach(write -> command.addAll(List.of("-c", "write -z " + write[0] + " " + write[1])));
        run(command.toArray(String[]::new));
        return writes;
    }

    private static List<String> granules(List<long[]> writes, Qcow2Bitmap bitmap, long sizeBytes) {
        var dirty = new BitSet();
        for (long[] write : writes) {
            dirty.set(
                    (int) (write[0] / bitmap.granularityBytes()),
                    (int) ((write[0] + write[1] - 1) / bitmap.granularityBytes()) + 1);
        }
        List<String> runs = new ArrayList<>();
        for (int first = dirty.nextSetBit(0); first >= 0; ) {
            int end = dirty.nextClearBit(first);
            runs.add(first * bitmap.granularityBytes() + "-" + Math.min(end * bitmap.granularityBytes(), sizeBytes));
            first = dirty.nextSetBit(end);
        }
        return runs;
    }

    private static List<String> runs(DirtyRuns dirty) throws IOException {
        List<String> runs = new ArrayList<>();
        while (dirty.advance()) {
            runs.add(dirty.offset() + "-" + dirty.end());
        }
        return runs;
    }

    /// QEMU leaves out a cluster of bits that are all set: of these one has the bits of 128 MiB.
    @Test
    void aDiskThatWasWrittenWholeIsOneRun() throws Exception {
        Path image = created("a.qcow2", "cluster_size=4k", (300 << 20) + 512);
        run("qemu-img", "bitmap", "--add", "-g", "4k", image.toString(), "all");
        run("qemu-io", "-f", "qcow2", image.toString(), "-c", "write -z 0 " + ((300 << 20) + 512));

        try (Qcow2Image read = Qcow2Image.open(image)) {
            assertThat(runs(read.dirty(read.bitmaps().getFirst()))).containsExactly("0-" + ((300 << 20) + 512));
        }
    }

    @Test
    void manyBitmapsAreToldApart() throws Exception {
        Path image = created("a.qcow2", "cluster_size=4k", 64 << 20);
        for (int number = 0; number < 40; number++) {
            String name = "bitmap-" + number + "x".repeat(number * 5);
            run("qemu-img", "bitmap", "--add", image.toString(), name);
        }

        assertSaysTheSameAsQemu(image);
    }

    @Test
    void bitmapsOfAProcessThatDiedAreInUse() throws Exception {
        Path image = created("a.qcow2", "cluster_size=64k", 64 << 20);
        run("qemu-img", "bitmap", "--add", image.toString(), "lost");
        new ProcessBuilder("qemu-io", "-f", "qcow2", "-c", "write 0 64k", "-c", "abort", image.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();

        assertSaysTheSameAsQemu(image);
        try (Qcow2Image read = Qcow2Image.open(image)) {
            assertThat(read.bitmaps().getFirst().isInUse()).isTrue();
        }
    }

    @Test
    void bitmapsThatWereNotMindedAreNone() throws Exception {
        Path image = created("a.qcow2", "cluster_size=64k", 64 << 20);
        run("qemu-img", "bitmap", "--add", image.toString(), "unminded");
        try (FileChannel file = FileChannel.open(image, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(Long.BYTES), 88);
        }

        assertSaysTheSameAsQemu(image);
        try (Qcow2Image read = Qcow2Image.open(image)) {
            assertThat(read.bitmaps()).isEmpty();
        }
    }

    /// A bitmap is changed with the disk.
    @Test
    void aDiskThatWasResizedHasWhatWasWrittenSince() throws Exception {
        Path image = created("a.qcow2", "cluster_size=64k", 64 << 20);
        run("qemu-img", "bitmap", "--add", image.toString(), "grown");
        run("qemu-io", "-f", "qcow2", "-c", "write 60M 64k", image.toString());
        run("qemu-img", "resize", "-f", "qcow2", image.toString(), "1000000512");
        run("qemu-io", "-f", "qcow2", "-c", "write 1000000000 512", image.toString());

        assertSaysTheSameAsQemu(image);
        try (Qcow2Image read = Qcow2Image.open(image)) {
            assertThat(runs(read.dirty(read.bitmaps().getFirst())))
                    .containsExactly("62914560-62980096", "999948288-1000000512");
        }
    }

    @Test
    void bitmapsOfImagesOnOneAnotherAreCountedTogether() throws Exception {
        Path base = created("base.qcow2", "cluster_size=64k", 96 << 20);
        run("qemu-img", "bitmap", "--add", "-g", "4k", base.toString(), "both");
        run("qemu-io", "-f", "qcow2", "-c", "write 4k 4k", "-c", "write 1M 128k", base.toString());
        Path top = folder.resolve("top.qcow2");
        run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2", top.toString(), "64M");
        run("qemu-img", "bitmap", "--add", top.toString(), "both");
        run("qemu-io", "-f", "qcow2", "-c", "write 1M 64k", "-c", "write 32M 64k", top.toString());
        run("qemu-io", "-f", "qcow2", "-c", "write 80M 64k", base.toString()); // behind the disk

        assertSaysTheSameAsQemu(top);
        try (Qcow2Image upper = Qcow2Image.open(top);
                Qcow2Image lower = Qcow2Image.open(base)) {
            assertThat(upper.header().backing()).contains(new Backing("base.qcow2", Optional.of("qcow2")));
            assertThat(DirtyUnion.totalBytes(
                            List.of(
                                    upper.dirty(upper.bitmaps().getFirst()),
                                    lower.dirty(lower.bitmaps().getFirst())),
                            64 << 10,
                            64 << 20))
                    .isEqualTo(4 * (64 << 10));
        }
    }

    @Test
    void anImageWithItsDataElsewhereHasItsBitmapsInItself() throws Exception {
        Path image = created("a.qcow2", "cluster_size=64k,data_file=" + folder.resolve("data.raw"), 64 << 20);
        run("qemu-img", "bitmap", "--add", image.toString(), "beside");
        run("qemu-io", "-f", "qcow2", "-c", "write 1M 64k", image.toString());

        assertSaysTheSameAsQemu(image);
        try (Qcow2Image read = Qcow2Image.open(image)) {
            assertThat(read.header().hasExternalDataFile()).isTrue();
            assertThat(runs(read.dirty(read.bitmaps().getFirst()))).containsExactly("1048576-1114112");
        }
    }

    /// LUKS in the image encrypts the guest's bytes and no bitmap.
    @Test
    void anEncryptedImageHasItsBitmapsInTheClear() throws Exception {
        Path image = folder.resolve("a.qcow2");
        String secret = "secret,id=key,data=1234";
        String options = "driver=qcow2,encrypt.key-secret=key,file.filename=" + image;
        run(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "--object",
                secret,
                "-o",
                "encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10",
                image.toString(),
                "16M");
        run("qemu-img", "bitmap", "--add", "--object", secret, "--image-opts", options, "secret");
        run("qemu-io", "--object", secret, "--image-opts", options, "-c", "write 1M 64k");

        assertSaysTheSameAsQemu(image);
        try (Qcow2Image read = Qcow2Image.open(image)) {
            assertThat(runs(read.dirty(read.bitmaps().getFirst()))).containsExactly("1048576-1114112");
        }
    }

    @Test
    void anImageOfTheOldVersionHasNoBitmaps() throws Exception {
        Path image = created("a.qcow2", "compat=0.10", 64 << 20);

        assertSaysTheSameAsQemu(image);
        try (Qcow2Image read = Qcow2Image.open(image)) {
            assertThat(read.header().version()).isEqualTo(2);
        }
    }

    @Test
    void anotherFormatIsRefused() throws Exception {
        Path image = folder.resolve("a.vmdk");
        run("qemu-img", "create", "-q", "-f", "vmdk", image.toString(), "64M");

        assertThatThrownBy(() -> Qcow2Image.open(image))
                .isInstanceOf(Qcow2Exception.Malformed.class)
                .hasMessageContaining("magic");
    }

    /// Any byte of what is read may be any other: it is read, or refused by name, soon and with little memory.
    @Test
    void whatIsNearlyAnImageIsReadOrRefused() throws Exception {
        Path image = created("a.qcow2", "cluster_size=4k", (1L << 30) + 512);
        run("qemu-img", "bitmap", "--add", image.toString(), "first");
        run("qemu-img", "bitmap", "--add", "-g", "4k", image.toString(), "second");
        writes(image, (1L << 30) + 512);
        byte[] whole = Files.readAllBytes(image);
        var random = new Random(1);
        int taken = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = whole.clone();
            // in the header and its extensions, or anywhere
            bytes[random.nextInt(round % 2 == 0 ? 512 : whole.length)] = (byte) random.nextInt();
            bytes = round % 5 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
            taken += new Qcow2Target().isTaken(bytes) ? 1 : 0;
        }

        assertThat(taken).as("some taken, some refused").isBetween(100, 1900);
    }

    private void assertSaysTheSameAsQemu(Path image) throws Exception {
        String info = run("qemu-img", "info", "-U", "--output=json", "-f", "qcow2", image.toString());
        JsonNode told = JSON.readTree(info.substring(info.indexOf('{'))); // warnings come first
        List<String> expected = new ArrayList<>();
        for (JsonNode bitmap : told.path("format-specific").path("data").path("bitmaps")) {
            expected.add(bitmap.path("name").asText() + " " + bitmap.path("granularity") + " "
                    + bitmap.path("flags").toString().contains("in-use") + " "
                    + bitmap.path("flags").toString().contains("auto"));
        }
        try (Qcow2Image read = Qcow2Image.open(image)) {
            assertThat(read.bitmaps())
                    .extracting(bitmap -> bitmap.name() + " " + bitmap.granularityBytes() + " " + bitmap.isInUse() + " "
                            + bitmap.isAuto())
                    .isEqualTo(expected);
            Qcow2Header header = read.header();
            assertThat(header.virtualSizeBytes())
                    .isEqualTo(told.path("virtual-size").asLong());
            assertThat(header.clusterBytes())
                    .isEqualTo(told.path("cluster-size").asInt());
            assertThat(header.backing().map(Backing::name).orElse(""))
                    .isEqualTo(told.path("backing-filename").asText());
            assertThat(header.backing().flatMap(Backing::format).orElse(""))
                    .isEqualTo(told.path("backing-filename-format").asText());
        }
    }

    private Path created(String name, String options, long sizeBytes) throws Exception {
        Path image = folder.resolve(name);
        run("qemu-img", "create", "-q", "-f", "qcow2", "-o", options, image.toString(), Long.toString(sizeBytes));
        return image;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
