package io.tidemark.agent.libvirt;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tidemark.agent.backup.BitmapView;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BlockQueryTest {
    private static final String BITMAP = "tidemark-1";
    private static final List<DomainXml.Disk> DISKS = List.of(new DomainXml.Disk(
            "vda", "virtio", Optional.empty(), "qcow2", Optional.empty(), List.of(), Optional.of("virtio-disk0")));

    @Test
    void aRecordingBitmapOfTheImageIsSeenWithWhatItNames() {
        String bitmap = "{\"name\":\"tidemark-1\",\"recording\":true,\"granularity\":65536,\"count\":131072}";

        assertThat(bitmaps(answer("qcow2", bitmap)))
                .containsExactly(
                        entry(BITMAP, new BitmapView(BitmapState.RECORDING, 65_536, OptionalLong.of(131_072))));
    }

    @Test
    void bitmapsOfOthersAreLeftOut() {
        assertThat(bitmaps(answer("qcow2", "{\"name\":\"other\",\"recording\":true},{\"recording\":true}")))
                .isEmpty();
    }

    static Stream<Arguments> chains() {
        return Stream.of(
                arguments("tidemark-1 records", "auto", BitmapState.RECORDING),
                arguments("tidemark-1 records", "", BitmapState.NOT_RECORDING),
                arguments("tidemark-1 records", "auto in-use", BitmapState.INCONSISTENT),
                arguments("", "auto", BitmapState.GAP));
    }

    /// A snapshot beside libvirt gives the new image no bitmap.
    @ParameterizedTest
    @MethodSource("chains")
    void theWorstOfAChainCountsAndAGapMost(String top, String below, BitmapState expected) {
        String bitmap = top.isEmpty() ? "" : "{\"name\":\"tidemark-1\",\"recording\":true,\"count\":1}";
        String flags = below.isEmpty() ? "" : "\"" + below.replace(" ", "\",\"") + "\"";
        String answer = answer("qcow2", bitmap)
                .replace(
                        "\"dirty-bitmaps\"",
                        "\"image\":{\"backing-image\":{\"format-specific\":{\"data\":{\"bitmaps\":["
                                + "{\"name\":\"tidemark-1\",\"granularity\":65536,\"flags\":[" + flags + "]}]}}}},"
                                + "\"dirty-bitmaps\"");

        assertThat(bitmaps(answer))
                .containsExactly(entry(BITMAP, new BitmapView(expected, 65_536, OptionalLong.empty())));
    }

    @Test
    void aBitmapThatTheImageLacksIsNotThere() {
        assertThat(bitmaps(answer("qcow2", ""))).isEmpty();
    }

    @Test
    void bitmapsUnderTheFilterOfABackupJobAreNotMissing() {
        String answer = answer("copy-before-write", "{\"recording\":false}");

        assertThatThrownBy(() -> bitmaps(answer)).isInstanceOf(DomainBusy.class).hasMessageContaining("vda");
    }

    /// Raw images have none.
    @Test
    void theFilterOfASnapshotOfOursOverARawImageHidesNothing() {
        String ours = answer("copy-before-write", "")
                .replace("\"drv\"", "\"node-name\":\"tidemark-snap-0123456789ab\",\"file\":\"/b.raw\",\"drv\"");
        DomainXml.Disk qcow2 = DISKS.getFirst();
        DomainXml.Disk raw = new DomainXml.Disk(
                "vda", "virtio", Optional.empty(), "raw", Optional.of("/b.raw"), List.of(), qcow2.alias());

        BlockQuery.requireLibvirtsImages(ours, List.of(raw));
        assertThat(BlockQuery.bitmaps(ours, List.of(raw))).containsEntry("vda", Map.of());

        List<DomainXml.Disk> others = List.of(qcow2);
        assertThatThrownBy(() -> BlockQuery.bitmaps(ours, others)).isInstanceOf(DomainBusy.class);
        List<DomainXml.Disk> overlaid = List.of(raw);
        String below = ours.replace("/b.raw", "/b.overlay");
        assertThatThrownBy(() -> BlockQuery.requireLibvirtsImages(below, overlaid))
                .isInstanceOf(DomainBusy.class);
    }

    @Test
    void anImageThatLibvirtDoesNotKnowIsNotBackedUp() {
        BlockQuery.requireLibvirtsImages(onNode("libvirt-1-format"), DISKS);
        BlockQuery.requireLibvirtsImages("{\"return\":[]}", DISKS);

        assertThatThrownBy(() -> BlockQuery.requireLibvirtsImages(onNode("#block123"), DISKS))
                .isInstanceOf(DomainBusy.class)
                .hasMessage("disk vda: expected the guest on an image that libvirt knows,"
                        + " found it on node #block123, laid over it beside libvirt");
    }

    private static String onNode(String node) {
        return answer("qcow2", "").replace("\"drv\"", "\"node-name\":\"" + node + "\",\"drv\"");
    }

    private static Map<String, BitmapView> bitmaps(String answer) {
        return Objects.requireNonNull(BlockQuery.bitmaps(answer, DISKS).get("vda"));
    }

    @Test
    void theSizeThatTheGuestSeesIsRead() {
        String answer = "{\"return\":[{\"qdev\":\"virtio-disk0\",\"inserted\":{\"image\":{\"virtual-size\":4096}}}]}";

        assertThat(BlockQuery.virtualSize(answer, DISKS.getFirst())).hasValue(4096);
    }

    @Test
    void aDeviceWithoutAMediumHasNoSize() {
        assertThat(BlockQuery.virtualSize("{\"return\":[{\"qdev\":\"virtio-disk0\"}]}", DISKS.getFirst()))
                .isEmpty();
        assertThat(BlockQuery.virtualSize("{\"return\":[]}", DISKS.getFirst())).isEmpty();
    }

    private static String answer(String driver, String bitmaps) {
        return "{\"return\":[{\"qdev\":\"/machine/peripheral/virtio-disk0/virtio-backend\",\"inserted\":{\"drv\":\""
                + driver + "\",\"dirty-bitmaps\":[" + bitmaps + "]}}]}";
    }
}
