package io.tidemark.agent.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.tidemark.agent.qcow2.Qcow2Header.Backing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The bytes as the format has them. `Qcow2ImageIT` holds the reader against those that QEMU writes.
class Qcow2ImageTest {
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;
    private static final long CLUSTER_OF_DATA = -1;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @Test
    void theHeaderSaysWhatTheImageIs() throws IOException {
        try (Qcow2Image image = opened(new WrittenImage(MIB, 0).on("below/base.qcow2", "qcow2"))) {
            assertThat(image.header().version()).isEqualTo(3);
            assertThat(image.header().clusterBits()).isEqualTo(9);
            assertThat(image.header().virtualSizeBytes()).isEqualTo(MIB);
            assertThat(image.header().backing()).contains(new Backing("below/base.qcow2", Optional.of("qcow2")));
            assertThat(image.header().hasExternalDataFile()).isFalse();
        }
    }

    @Test
    void anExternalDataFileIsTold() throws IOException {
        try (Qcow2Image image = opened(new WrittenImage(MIB, 0).with(WrittenImage.INCOMPATIBLE_AT, 4L))) {
            assertThat(image.header().hasExternalDataFile()).isTrue();
            assertThat(image.bitmaps()).hasSize(1);
        }
    }

    @Test
    void theDirectorySaysWhatABitmapIsGoodFor() throws IOException {
        try (Qcow2Image image = opened(new WrittenImage(MIB, 0))) {
            assertThat(image.bitmaps())
                    .containsExactly(new Qcow2Bitmap("b", 65_536, false, true, WrittenImage.TABLE_AT, 1));
        }
        try (Qcow2Image image = opened(new WrittenImage(MIB, 0).with(WrittenImage.FLAGS_AT, 1))) {
            assertThat(image.bitmaps())
                    .containsExactly(new Qcow2Bitmap("b", 65_536, true, false, WrittenImage.TABLE_AT, 1));
        }
    }

    /// A program that does not know bitmaps clears the bit as it writes, and may put other bytes in their place.
    @Test
    void bitmapsThatWereNotMindedAreNone() throws IOException {
        try (Qcow2Image image = opened(
                new WrittenImage(MIB, 0).with(WrittenImage.AUTOCLEAR_AT, 0L).with(WrittenImage.DIRECTORY_AT, -1L))) {
            assertThat(image.bitmaps()).isEmpty();
        }
    }

    @Test
    void bitsInARowAreOneRun() throws IOException {
        assertThat(runs(new WrittenImage(MIB, CLUSTER_OF_DATA).dirty(0, 2, 3, 8, 15)))
                .containsExactly("0-63", "128-255", "512-575", "960-1023");
    }

    @Test
    void theLastGranuleEndsWithTheDisk() throws IOException {
        assertThat(runs(new WrittenImage(MIB - 1024, CLUSTER_OF_DATA).dirty(15)))
                .containsExactly("960-1022");
        assertThat(runs(new WrittenImage(MIB + 1024, CLUSTER_OF_DATA).dirty(16)))
                .containsExactly("1024-1024");
    }

    @Test
    void bitsBehindTheDiskAreNotSeen() throws IOException {
        assertThat(runs(new WrittenImage(MIB, CLUSTER_OF_DATA).dirty(15, 16, 17)))
                .containsExactly("960-1023");
    }

    /// A cluster of 512 bytes has the bits of 256 MiB.
    @Test
    void clustersWithoutAPlaceAreClearOrSetAsAWhole() throws IOException {
        assertThat(runs(new WrittenImage(GIB, 0, 1, CLUSTER_OF_DATA, 1).dirty(0, 4095)))
                .containsExactly("262144-524351", "786368-1048575");
        assertThat(runs(new WrittenImage(GIB, 0, 0, 0, 0))).isEmpty();
        assertThat(runs(new WrittenImage(GIB, 1, 1, 1, 1))).containsExactly("0-1048575");
    }

    @Test
    void anEmptyDiskHasNoRun() throws IOException {
        assertThat(runs(new WrittenImage(0, 1))).isEmpty();
    }

    static Stream<Arguments> malformed() {
        return Stream.concat(malformedHeaders(), malformedBitmaps());
    }

    private static Stream<Arguments> malformedHeaders() {
        return Stream.of(
                argumentSet("no magic", image().with(0, 7), "magic: expected QFI\\xfb, found 7"),
                argumentSet("clusters too large", image().with(WrittenImage.CLUSTER_BITS_AT, 22), "found 22"),
                argumentSet("clusters too small", image().with(WrittenImage.CLUSTER_BITS_AT, 8), "found 8"),
                argumentSet("size of 2^63", image().with(WrittenImage.SIZE_AT, Long.MIN_VALUE), "virtual size"),
                argumentSet("short header", image().with(WrittenImage.HEADER_LENGTH_AT, 96), "header length"),
                argumentSet("long header", image().with(WrittenImage.HEADER_LENGTH_AT, 520), "header length"),
                argumentSet(
                        "extension beyond the cluster",
                        image().with(WrittenImage.EXTENSION_AT, 99).with(WrittenImage.EXTENSION_AT + 4, -1),
                        "length of the header extension at 104"),
                argumentSet(
                        "no extension, where one is promised",
                        image().with(WrittenImage.EXTENSION_AT, 0),
                        "expected one, as its autoclear bit is set, found none"),
                argumentSet(
                        "backing file's name behind the cluster",
                        image().with(WrittenImage.BACKING_AT, 520L),
                        "offset of the backing file's name"),
                argumentSet(
                        "backing file's name without an end",
                        image().with(WrittenImage.BACKING_AT, 500L).with(16, 13),
                        "length of the backing file's name"));
    }

    private static Stream<Arguments> malformedBitmaps() {
        return Stream.of(
                argumentSet("no bitmaps", image().with(WrittenImage.EXTENSION_AT + 8, 0), "count of bitmaps"),
                argumentSet("more bitmaps", image().with(WrittenImage.EXTENSION_AT + 8, 2), "expected 2 bitmaps"),
                argumentSet(
                        "directory beyond the file",
                        image().with(WrittenImage.EXTENSION_AT + 24, 1L << 40),
                        "expected 32 bytes at 1099511627776, found an image of 2048 bytes"),
                argumentSet("entry cut short", image().with(WrittenImage.EXTENSION_AT + 16, 24L), "bitmap's name"),
                argumentSet("table nowhere", image().with(WrittenImage.DIRECTORY_AT, 0L), "found 1 entries at 0"),
                argumentSet("table askew", image().with(WrittenImage.DIRECTORY_AT, 1025L), "entries at 1025"),
                argumentSet("unknown flag", image().with(WrittenImage.FLAGS_AT, 8), "bits 0 to 2, found 0x8"),
                argumentSet(
                        "table too short",
                        image().with(WrittenImage.SIZE_AT, GIB),
                        "4 entries for 16384 bits, found 1"),
                argumentSet(
                        "data beyond the file",
                        image().with(WrittenImage.TABLE_AT, 1L << 40),
                        "data of bitmap b: expected 2 bytes at 1099511627776"),
                argumentSet("data askew", image().with(WrittenImage.TABLE_AT, 513L), "found 0x201"),
                argumentSet("reserved bits", image().with(WrittenImage.TABLE_AT, 2L), "found 0x2"));
    }

    private static WrittenImage image() {
        return new WrittenImage(MIB, CLUSTER_OF_DATA);
    }

    @ParameterizedTest
    @MethodSource
    void malformed(WrittenImage broken, String words) {
        assertThatThrownBy(() -> runs(broken))
                .isInstanceOf(Qcow2Exception.Malformed.class)
                .hasMessageContaining("image.qcow2: ")
                .hasMessageContaining(words);
    }

    static Stream<Arguments> unsupported() {
        return Stream.of(
                argumentSet("version", image().with(WrittenImage.VERSION_AT, 4), "version: expected 2 or 3, found 4"),
                argumentSet("corrupt", image().with(WrittenImage.INCOMPATIBLE_AT, 2L), "found 0x2"),
                argumentSet("incompatible", image().with(WrittenImage.INCOMPATIBLE_AT, 32L), "found 0x20"),
                argumentSet("directory", image().with(WrittenImage.EXTENSION_AT + 16, 1L << 21), "found 2097152"),
                argumentSet("type", image().with(WrittenImage.FLAGS_AT + 4, 0x0210_0001), "found type 2"),
                argumentSet("extra data", image().with(WrittenImage.DIRECTORY_AT + 20, 8), "with 8 bytes"),
                argumentSet("many bits", image().with(WrittenImage.SIZE_AT, 1L << 48), "at most 2147483648"));
    }

    @ParameterizedTest
    @MethodSource
    void unsupported(WrittenImage strange, String words) {
        assertThatThrownBy(() -> runs(strange))
                .isInstanceOf(Qcow2Exception.Unsupported.class)
                .hasMessageContaining(words);
    }

    @Test
    void anImageThatEndsTooEarlyIsMalformedWhereverItEnds() throws IOException {
        byte[] whole = image().dirty(15).bytes();
        int needed = WrittenImage.DATA_AT + 2;
        Path image = folder.resolve("short.qcow2");
        for (int length = 0; length < needed; length++) {
            Files.write(image, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> runs(image))
                    .as("of %d bytes", length)
                    .isInstanceOf(Qcow2Exception.Malformed.class);
        }
        assertThat(runs(Files.write(image, Arrays.copyOf(whole, needed)))).containsExactly("960-1023");
    }

    /// The open of a pipe that nobody writes to never ends.
    @Test
    void whatIsNoFileIsNotOpened() {
        assertThatThrownBy(() -> Qcow2Image.open(folder))
                .isInstanceOf(Qcow2Exception.Unsupported.class)
                .hasMessageContaining("expected a file or block device");
    }

    private Qcow2Image opened(WrittenImage image) throws IOException {
        return Qcow2Image.open(image.in(folder));
    }

    private List<String> runs(WrittenImage image) throws IOException {
        return runs(image.in(folder));
    }

    private static List<String> runs(Path path) throws IOException {
        try (Qcow2Image image = Qcow2Image.open(path)) {
            return WrittenImage.kibibytes(image.dirty(image.bitmaps().getFirst()));
        }
    }
}
