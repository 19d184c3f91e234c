package io.tidemark.agent.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.backup.DomainView;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.PointBegins;
import io.tidemark.agent.backup.RestWatch;
import io.tidemark.agent.backup.ScriptedDomain;
import io.tidemark.agent.backup.ScriptedHypervisor;
import io.tidemark.agent.backup.Watches;
import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.schemas.event.AgentEvent.BitmapReport;
import io.tidemark.schemas.event.AgentEvent.DiskReport;
import io.tidemark.schemas.event.AgentEvent.VmReport;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.BitmapState;
import io.tidemark.schemas.vocabulary.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmLookTest {
    private static final DomainUuid DOMAIN = DomainUuid.of("6a1f0f2e-0000-4000-8000-000000000001");
    private static final String CHECKPOINT = "tidemark-1";

    private final ScriptedHypervisor hypervisor = new ScriptedHypervisor();
    private final ScriptedDomain domain = new ScriptedDomain(DOMAIN, "mail");
    private final PointBegins begins = new PointBegins();
    private Path image;
    private VmLook look;

    @BeforeEach
    void prepare(@TempDir Path folder) throws IOException {
        image = Files.writeString(folder.resolve("a.qcow2"), "image");
        domain.addDisk("vda", "qcow2", 1 << 20);
        domain.addDisk("vdb", "raw", 1 << 20);
        domain.lie("vda", image);
        domain.checkpoint(CHECKPOINT, "vda");
        hypervisor.add(domain);
        look = new VmLook(hypervisor, new Watches(begins, EpochDoubts.open(folder.resolve("doubts")), new RestWatch()));
    }

    @Test
    void eachBitmapOfOursIsReportedWithWhatItNames() {
        domain.write("vda", 0, 100, 1);

        assertThat(bitmaps("vda"))
                .containsExactly(new BitmapReport(CHECKPOINT, BitmapState.RECORDING, null, 65_536, 65_536L));
        assertThat(bitmaps("vdb")).isEmpty();
    }

    /// What is asked for all the time is not worth reading all bitmaps.
    @Test
    void whatABitmapNamesWhileItsDomainIsOffIsCountedOnlyWhereThatIsAskedFor() {
        domain.write("vda", 0, 100, 1);
        domain.turnOff();

        assertThat(bitmaps("vda")).extracting(BitmapReport::dirtyBytes).containsOnlyNulls();
        assertThat(disk(look.countedReport(hypervisor.domain(DOMAIN)), "vda").bitmaps())
                .containsExactly(new BitmapReport(CHECKPOINT, BitmapState.RECORDING, null, 65_536, 65_536L));
    }

    @Test
    void aBitmapThatIsGoneIsReportedAsMissing() {
        domain.breakBitmap(CHECKPOINT, "vda", BitmapState.MISSING);

        assertThat(bitmaps("vda")).containsExactly(new BitmapReport(CHECKPOINT, BitmapState.MISSING, null, 0, null));
    }

    @Test
    void aBitmapWhoseCheckpointIsForgottenIsReportedAllTheSame() {
        seen();
        domain.forgetCheckpoints();

        assertThat(bitmaps("vda")).extracting(BitmapReport::state).containsExactly(BitmapState.RECORDING);
        assertThat(seen().checkpoints()).isEmpty();
    }

    /// A question to QEMU marks the domain as tainted.
    @Test
    void aDomainThatWasNeverBackedUpIsNotAskedForBitmaps() {
        domain.forgetCheckpoints();

        assertThat(bitmaps("vda")).isEmpty();
        assertThat(hypervisor.calls()).doesNotContain("bitmaps");
    }

    @Test
    void whatCannotBeLookedAtIsNotReportedAsMissing() {
        hypervisor.failNext("bitmaps", new DomainBusy("a backup hides them"));
        assertThat(bitmaps("vda")).isNull();

        hypervisor.failNext("checkpoints", new DomainBusy("held"));
        assertThat(bitmaps("vda")).isNull();
        assertThat(bitmaps("vda")).hasSize(1);
    }

    @Test
    void aLookBesideTheBeginOfABackupSaysNothingOfBitmaps() {
        VmLook.Seen before = look.look(hypervisor.domain(DOMAIN));
        begins.moved(DOMAIN);

        assertThat(disk(look.worth(before), "vda").bitmaps()).isNull();
        assertThat(disk(look.worth(before), "vda").imageIdentity()).isEqualTo("image-vda");
        assertThat(bitmaps("vda")).as("the next look").hasSize(1);
    }

    @Test
    void aRevertMakesEachBitmapThatIsThereDoubtful() {
        look.reverted(DOMAIN);

        assertThat(doubt()).isEqualTo(Reason.REVERTED_OR_RESTORED);
        domain.checkpoint("tidemark-2", "vda");
        assertThat(bitmaps("vda")).extracting(BitmapReport::doubt).containsExactly(Reason.REVERTED_OR_RESTORED, null);
    }

    @Test
    void aRevertBesideALookIsHeldAgainstABitmapThatBeganBesideItAsWell() {
        hypervisor.atNext("domain", () -> {});
        hypervisor.atNext(
                "domain",
                () -> { // after the bitmaps were read
                    begins.moved(DOMAIN);
                    domain.checkpoint("tidemark-2", "vda");
                    begins.moved(DOMAIN);
                    look.reverted(DOMAIN);
                });

        seen();

        assertThat(bitmaps("vda"))
                .extracting(BitmapReport::doubt)
                .containsExactly(Reason.REVERTED_OR_RESTORED, Reason.REVERTED_OR_RESTORED);
    }

    @Test
    void anImageThatChangesWhileTheDomainIsOffMakesItsBitmapsDoubtful() throws IOException {
        domain.turnOff();
        assertThat(doubt()).isNull();
        assertThat(doubt()).isNull();

        Files.writeString(image, "another image");

        assertThat(doubt()).isEqualTo(Reason.CHANGED_OFFLINE);
        assertThat(doubt()).isEqualTo(Reason.CHANGED_OFFLINE);
    }

    /// I3: with its serial it is the same disk, whose epoch goes on.
    @Test
    void aDoubtStaysWithADiskThatGetsAnotherTarget() throws IOException {
        domain.turnOff();
        seen();
        Files.writeString(image, "another image");
        assertThat(doubt()).isEqualTo(Reason.CHANGED_OFFLINE);

        domain.rename("vda", "vdd");

        assertThat(bitmaps("vdd")).extracting(BitmapReport::doubt).containsExactly(Reason.CHANGED_OFFLINE);
    }

    @Test
    void imagesThatExchangeTheirTargetsWhileTheDomainIsOffAreUnchanged() throws IOException {
        domain.lie("vdb", Files.writeString(image.resolveSibling("b.raw"), "of another length"));
        domain.turnOff();
        seen();

        domain.rename("vda", "vdd");
        domain.rename("vdb", "vda");
        domain.rename("vdd", "vdb");

        assertThat(bitmaps("vdb")).extracting(BitmapReport::doubt).containsOnlyNulls();
    }

    @Test
    void anImageThatChangesAndLiesElsewhereIsNoticedByItsTarget() throws IOException {
        domain.turnOff();
        seen();

        Path moved = Files.move(image, image.resolveSibling("moved.qcow2"));
        Files.writeString(moved, "another image");
        domain.lie("vda", moved);

        assertThat(doubt()).isEqualTo(Reason.CHANGED_OFFLINE);
    }

    @Test
    void anImageThatChangesAsItsDomainRunsIsLeftToTheBitmap() throws IOException {
        domain.turnOff();
        seen();
        look.started(DOMAIN); // and it ends before the next look
        Files.writeString(image, "another image");

        assertThat(doubt()).isNull();
    }

    /// QEMU writes to an image as it opens it.
    @Test
    void anImageThatChangesAsItsDomainStartsIsLeftToTheBitmap() throws IOException {
        domain.turnOff();
        seen();
        Files.writeString(image, "another image");
        hypervisor.atNext("domain", () -> {});
        hypervisor.atNext("domain", domain::turnOn); // after it was seen off, and its image changed

        assertThat(Objects.requireNonNull(
                                disk(look.worth(look.look(offView())), "vda").bitmaps())
                        .getFirst()
                        .doubt())
                .isNull();
    }

    @Test
    void aLookBesideTheOneThatFindsAnImageChangedDoubtsItAsWell() throws IOException {
        domain.turnOff();
        seen();
        Files.writeString(image, "another image");
        List<VmReport> beside = new ArrayList<>();
        hypervisor.atNext("domain", () -> {});
        hypervisor.atNext("domain", () -> beside.add(seen())); // after the change was found, before it is doubted

        look.look(offView());

        assertThat(Objects.requireNonNull(disk(beside.getFirst(), "vda").bitmaps()))
                .extracting(BitmapReport::doubt)
                .containsExactly(Reason.CHANGED_OFFLINE);
    }

    private DomainView offView() {
        return hypervisor.domains().getFirst();
    }

    @Test
    void aBitmapThatAQemuTookWithItAsItDiedIsInconsistent() {
        domain.breakBitmap(CHECKPOINT, "vda", BitmapState.MISSING);
        domain.turnOff();
        look.died(DOMAIN);

        assertThat(doubt()).isEqualTo(Reason.BITMAP_INCONSISTENT);
    }

    @Test
    void aBitmapThatOutlivedADyingQemuIsSound() {
        domain.turnOff();
        look.died(DOMAIN);

        assertThat(doubt()).isNull();
    }

    private @Nullable Reason doubt() {
        return Objects.requireNonNull(bitmaps("vda")).getFirst().doubt();
    }

    private @Nullable List<BitmapReport> bitmaps(String target) {
        return disk(seen(), target).bitmaps();
    }

    private static DiskReport disk(VmReport vm, String target) {
        return vm.disks().stream()
                .filter(disk -> disk.target().equals(target))
                .findFirst()
                .orElseThrow();
    }

    private VmReport seen() {
        return look.worth(look.look(hypervisor.domain(DOMAIN)));
    }
}
