package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.backup.BitmapState;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlockQueryTest {
    private static final String BITMAP = "tidemark-1";
    private static final List<DomainXml.Disk> DISKS = List.of(new DomainXml.Disk(
            "vda", "virtio", Optional.empty(), "qcow2", Optional.empty(), List.of(), Optional.of("virtio-disk0")));

    @Test
    void aRecordingBitmapOfTheImageIsSeen() {
        String answer = answer("qcow2", "{\"name\":\"tidemark-1\",\"recording\":true}");

        assertThat(BlockQuery.states(answer, DISKS, BITMAP)).containsEntry("vda", BitmapState.RECORDING);
    }

    @Test
    void aBitmapThatTheImageLacksIsMissing() {
        assertThat(BlockQuery.states(answer("qcow2", ""), DISKS, BITMAP)).containsEntry("vda", BitmapState.MISSING);
    }

    @Test
    void bitmapsUnderTheFilterOfABackupJobAreNotMissing() {
        String answer = answer("copy-before-write", "{\"recording\":false}");

        assertThatThrownBy(() -> BlockQuery.states(answer, DISKS, BITMAP))
                .isInstanceOf(DomainBusy.class)
                .hasMessageContaining("vda");
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
