package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.tidemark.agent.backup.BitmapView;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds what is read of a chain of images against what QEMU says of it.
@Timeout(60)
class RestingChainIT {
    private static final String BITMAP = "tidemark-1";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    private Path base;
    private Path top;

    @BeforeEach
    void makeBase() throws Exception {
        base = Files.createDirectories(folder.resolve("below")).resolve("base.qcow2");
        top = folder.resolve("top.qcow2");
        run("qemu-img", "create", "-q", "-f", "qcow2", base.toString(), "64M");
        run("qemu-img", "bitmap", "--add", "-g", "32k", base.toString(), BITMAP);
    }

    static Stream<Arguments> names() {
        return Stream.of(
                argumentSet("relative", "below/base.qcow2", true),
                argumentSet("relative, with a colon", "./a:b/../below/base.qcow2", true),
                argumentSet("as a protocol", "file:%s", false),
                argumentSet("absolute", "%s", true),
                argumentSet(
                        "in JSON",
                        "json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"%s\"}}",
                        false));
    }

    @ParameterizedTest
    @MethodSource("names")
    void aChainIsThatWhichQemuFinds(String name, boolean isRead) throws Exception {
        Files.createDirectories(folder.resolve("a:b"));
        stack("qcow2", name.formatted(base));
        run("qemu-img", "bitmap", "--add", top.toString(), BITMAP);

        RestingChain chain = RestingChain.read(top.toString(), "qcow2");

        assertThat(chain.isRead()).isEqualTo(isRead);
        assertThat(chain.bitmaps()).hasSize(2).isEqualTo(asked().bitmaps());
        assertThat(chain.stamp()).isEqualTo(asked().stamp());
    }

    private RestingChain asked() throws IOException {
        return new RestingChain(RestingChain.asked(top.toString(), "qcow2"), false);
    }

    /// What a guest writes to a raw image may look like a qcow2 image.
    @Test
    void aRawImageHoldsNothingWhateverItsBytesSay() throws Exception {
        stack("raw", base.toString());

        RestingChain chain = RestingChain.read(top.toString(), "qcow2");

        assertThat(chain.isRead()).isTrue();
        assertThat(chain.files()).containsExactly(top.toString(), base.toString());
        assertThat(chain.bitmaps().getLast()).isEmpty();
        assertThat(RestingChain.read(base.toString(), "raw").bitmaps().getFirst())
                .isEmpty();
    }

    @Test
    void aRingIsRefused() throws Exception {
        stack("qcow2", base.toString());
        run("qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2", "-b", top.toString(), base.toString());

        assertThatThrownBy(() -> RestingChain.read(top.toString(), "qcow2"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected at most 200 images");
    }

    @Test
    void anImageThatIsNotThereIsRefused() throws Exception {
        stack("qcow2", base.toString());
        Files.delete(base);

        assertThatThrownBy(() -> RestingChain.read(top.toString(), "qcow2")).isInstanceOf(IOException.class);
    }

    /// 32 KiB below make a granule of 64 KiB, once more where the top image names it too.
    @Test
    void whatTheImagesNameIsCountedTogetherInGranulesOfTheTopOne() throws Exception {
        run("qemu-io", "-f", "qcow2", "-c", "write 0 4k", "-c", "write 1M 32k", base.toString());
        stack("qcow2", base.toString());
        run("qemu-img", "bitmap", "--add", top.toString(), BITMAP);
        run("qemu-io", "-f", "qcow2", "-c", "write 1M 64k", "-c", "write 2M 4k", top.toString());

        RestingChain chain = RestingChain.read(top.toString(), "qcow2");

        assertThat(chain.bitmaps())
                .extracting(layer -> layer.get(BITMAP))
                .containsExactly(recording(65_536), recording(32_768));
        assertThat(chain.dirtyBytes(BITMAP)).hasValue(3 * 65_536);
        assertThat(chain.dirtyBytes("unknown")).isEmpty();
    }

    private static BitmapView recording(long granularityBytes) {
        return new BitmapView(BitmapState.RECORDING, granularityBytes, OptionalLong.empty());
    }

    @Test
    void aChangeOfAnImageBelowIsNoticed() throws Exception {
        stack("qcow2", base.toString());
        RestingChain chain = RestingChain.read(top.toString(), "qcow2");
        assertThat(chain.isUnchanged()).isTrue();

        run("qemu-io", "-f", "qcow2", "-c", "write 0 4k", base.toString());

        assertThat(chain.isUnchanged()).isFalse();
    }

    private void stack(String format, String name) throws Exception {
        run("qemu-img", "create", "-q", "-f", "qcow2", "-F", format, "-b", name, top.toString(), "64M");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", List.of(command), output).isZero();
    }
}
