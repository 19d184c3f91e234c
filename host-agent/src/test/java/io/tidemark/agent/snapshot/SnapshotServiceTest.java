package io.tidemark.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.backup.PointBegins;
import io.tidemark.agent.backup.RestWatch;
import io.tidemark.agent.backup.ScriptedDomain;
import io.tidemark.agent.backup.ScriptedHypervisor;
import io.tidemark.agent.backup.Watches;
import io.tidemark.agent.epoch.EpochDoubts;
import io.tidemark.schemas.command.AgentCommand.CreateSnapshot;
import io.tidemark.schemas.command.AgentCommand.DeleteSnapshot;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.command.AgentCommand.RevertSnapshot;
import io.tidemark.schemas.command.AgentCommand.VolumeOrder;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.AgentEvent.SnapshotCreated;
import io.tidemark.schemas.event.AgentEvent.SnapshotDeleted;
import io.tidemark.schemas.event.AgentEvent.SnapshotFailed;
import io.tidemark.schemas.event.AgentEvent.SnapshotReverted;
import io.tidemark.schemas.event.AgentEvent.SnapshotsListed;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.QueryId;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import io.tidemark.schemas.vocabulary.VmState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A guest with an overlay's disk, one on XFS and one on btrfs; each is put back or kept as a whole.
final class SnapshotServiceTest {
    private static final DomainUuid GUEST = DomainUuid.of("6a1f0f2e-0000-4000-8000-000000000001");
    private static final VmId VM = new VmId(new UUID(1, 1));
    private static final SnapshotName NAME = new SnapshotName("before-upgrade");
    private static final int ACTS_MAX = 20;

    private final MemoryVolumes volumes = new MemoryVolumes();
    private final ScriptedHypervisor hypervisor = new ScriptedHypervisor();
    private final ScriptedDomain guest = new ScriptedDomain(GUEST, "guest");
    private final AtomicLong nanos = new AtomicLong();
    private final GuardsInMemory guards = new GuardsInMemory(volumes);
    private int tasks;

    @TempDir
    private Path folder;

    @BeforeEach
    void defineGuest() throws IOException {
        disk("vda", "a.qcow2", "qcow2");
        disk("vdb", "b.xfs", "raw");
        disk("vdc", "c.btrfs", "raw");
        hypervisor.add(guest);
    }

    private void disk(String target, String file, String format) throws IOException {
        Path path = Files.writeString(folder.resolve(file), "not looked at");
        guest.addDisk(target, format, 1 << 16);
        guest.lie(target, path);
        volumes.content.put(path.toString(), "at first");
    }

    /// Another process with the same folder.
    private SnapshotService service() {
        var ports = new SnapshotPorts(
                hypervisor,
                new MemoryDomain(guest, volumes),
                List.of(
                        new MemoryStorage(SnapshotMechanism.REFLINK, volumes, ".xfs"),
                        new MemoryStorage(SnapshotMechanism.BTRFS, volumes, ".btrfs"),
                        new MemoryStorage(SnapshotMechanism.LVM_THIN, volumes, ".lvm"),
                        new MemoryStorage(SnapshotMechanism.FULL_COPY, volumes, "")),
                (_, volume) -> folder.resolve(volume),
                guards,
                new Watches(new PointBegins(), EpochDoubts.open(folder.resolve("doubts")), new RestWatch()),
                Clock.systemUTC(),
                () -> nanos.addAndGet(1_000_000));
        return new SnapshotService(ports, folder.resolve("records"));
    }

    private CreateSnapshot create(@Nullable SnapshotKind kind, VolumeOrder... orders) {
        return new CreateSnapshot(
                new TaskId(new UUID(2, ++tasks)),
                new SnapshotId(new UUID(3, tasks)),
                VM,
                GUEST,
                NAME,
                null,
                kind,
                null,
                List.of(orders),
                true,
                false,
                1000,
                60_000);
    }

    private static VolumeOrder order(String target, @Nullable SnapshotMechanism mechanism) {
        return new VolumeOrder(target, null, null, mechanism);
    }

    private AgentEvent created(CreateSnapshot command) {
        List<AgentEvent> told = new ArrayList<>();
        service().create(command, new CompletableFuture<>(), told::add);
        assertThat(told).hasSize(1);
        return told.getFirst();
    }

    private List<SnapshotMember> taken() {
        return ((SnapshotCreated) created(create(null))).members();
    }

    private RevertSnapshot revert(List<SnapshotMember> members, boolean force) {
        return new RevertSnapshot(
                new TaskId(new UUID(4, ++tasks)), new SnapshotId(new UUID(3, 1)), VM, GUEST, members, false, force, 1);
    }

    private DeleteSnapshot delete(SnapshotCreated created) {
        return new DeleteSnapshot(
                new TaskId(new UUID(5, ++tasks)), created.snapshot(), VM, GUEST, created.members(), false, 1);
    }

    private void guestWrites(String what) {
        volumes.content.replaceAll((_, _) -> what);
    }

    private void assertNothingIsLeft() {
        assertThat(volumes.content.keySet())
                .allSatisfy(volume -> assertThat(volumes.names(volume)).isEmpty());
        assertThat(folder.resolve("records").toFile().list()).isNullOrEmpty();
    }

    private void assertGuestRuns() {
        assertThat(guest.state()).isEqualTo(VmState.RUNNING);
        assertThat(guest.isFrozen()).isFalse();
    }

    @Test
    void allMembersAreTakenWhileTheGuestIsHeldAndItsGuardKnows() {
        SnapshotCreated created = (SnapshotCreated) created(create(null));
        assertThat(volumes.acts)
                .containsExactly(
                        "guard",
                        "guard: frozen",
                        "guard: paused",
                        "pause",
                        "take b.xfs",
                        "take c.btrfs",
                        "overlays [vda]",
                        "guard: resumed",
                        "guard: done",
                        "guard: close");
        assertThat(created.members())
                .extracting(SnapshotMember::mechanism)
                .containsExactly(SnapshotMechanism.QCOW2_OVERLAY, SnapshotMechanism.REFLINK, SnapshotMechanism.BTRFS);
        assertThat(created.consistency()).isEqualTo(Consistency.FILESYSTEM);
        assertThat(created.pauseMillis()).isPositive();
        assertThat(created.skewMicros()).isPositive();
        assertThat(created.freezeMillis()).isGreaterThan(created.pauseMillis());
        assertGuestRuns();
    }

    /// As one that is sent again after the agent lost its journal.
    @Test
    void aCommandThatComesAgainIsAnsweredAsBefore() {
        CreateSnapshot command = create(null);
        AgentEvent first = created(command);
        volumes.acts.clear();
        assertThat(created(command)).isEqualTo(first);
        assertThat(volumes.acts).isEmpty();
        volumes.live();
        CreateSnapshot cutOff = create(null, order("vdb", SnapshotMechanism.FULL_COPY));
        guest.turn(VmState.OFF);
        service().delete(delete((SnapshotCreated) first), _ -> {});
        assertThat(died(1, () -> service().create(cutOff, new CompletableFuture<>(), _ -> {})))
                .isTrue();
        assertThat(created(cutOff)).isInstanceOf(SnapshotCreated.class);
    }

    @Test
    void aSnapshotOfOverlaysAloneStopsNoVcpu() {
        SnapshotCreated created = (SnapshotCreated) created(create(null, order("vda", null)));
        assertThat(volumes.acts).doesNotContain("pause");
        assertThat(created.pauseMillis()).isZero();
        assertThat(created.skewMicros()).isZero();
    }

    @Test
    void aMemberThatFailsTakesTheOthersWithIt() {
        for (String act : List.of("take b.xfs", "take c.btrfs", "overlays [vda]", "pause")) {
            volumes.fail(act);
            SnapshotFailed failed = (SnapshotFailed) created(create(null));
            assertThat(failed.reason()).as(act).isEqualTo(FailureReason.NO_SPACE);
            assertNothingIsLeft();
            assertGuestRuns();
        }
    }

    @Test
    void aGuardThatStepsInMakesTheMembersOfTwoMomentsWhichIsNone() {
        volumes.at("take c.btrfs", guards::stepIn);
        SnapshotFailed failed = (SnapshotFailed) created(create(null));
        assertThat(failed.reason()).isEqualTo(FailureReason.TIMED_OUT);
        assertNothingIsLeft();
    }

    @Test
    void aKindThatAVolumeCannotHaveIsRefusedWithWhatItCanHave() {
        SnapshotFailed failed = (SnapshotFailed) created(create(SnapshotKind.OVERLAY_RECEIVES_WRITES));
        assertThat(failed.reason()).isEqualTo(FailureReason.KIND_UNAVAILABLE);
        assertThat(failed.detail())
                .contains("disk vdb", "kind overlay-receives-writes", "base-modified-cow by reflink");
        assertThat(volumes.acts).isEmpty();
    }

    @Test
    void aCopyOfAGuestThatRunsIsRefused() {
        SnapshotFailed failed = (SnapshotFailed) created(create(null, order("vdb", SnapshotMechanism.FULL_COPY)));
        assertThat(failed.reason()).isEqualTo(FailureReason.MECHANISM_UNAVAILABLE);
        assertThat(failed.detail()).contains("expected the VM off");
    }

    @Test
    void aGuestThatIsOffIsCopiedUnlessItIsStartedMeanwhile() {
        guest.turn(VmState.OFF);
        SnapshotCreated copy = (SnapshotCreated) created(create(SnapshotKind.INDEPENDENT_COPY));
        service().delete(delete(copy), _ -> {});
        volumes.at("take c.btrfs", () -> guest.turn(VmState.RUNNING));
        SnapshotFailed failed = (SnapshotFailed) created(create(SnapshotKind.INDEPENDENT_COPY));
        assertThat(failed.reason()).isEqualTo(FailureReason.DOMAIN_BUSY);
        assertNothingIsLeft();
    }

    @Test
    void aNameThatIsTakenIsRefusedBeforeAnythingIsDone() {
        taken();
        volumes.acts.clear();
        SnapshotFailed failed = (SnapshotFailed) created(create(null));
        assertThat(failed.reason()).isEqualTo(FailureReason.NAME_TAKEN);
        assertThat(failed.detail()).contains("disk vdb");
        assertThat(volumes.acts).isEmpty();
    }

    @Test
    void aDiskThatIsNotThereIsNamed() {
        SnapshotFailed failed = (SnapshotFailed) created(create(null, order("vdz", null)));
        assertThat(failed.reason()).isEqualTo(FailureReason.NO_SUCH_VOLUME);
        assertThat(failed.detail()).contains("vdz", "[vda, vdb, vdc]");
    }

    @Test
    void aCancelledSnapshotLeavesNothing() {
        List<AgentEvent> told = new ArrayList<>();
        var cancelled = new CompletableFuture<Void>();
        volumes.at("take c.btrfs", () -> cancelled.complete(null));
        service().create(create(null), cancelled, told::add);
        assertThat(((SnapshotFailed) told.getFirst()).reason()).isEqualTo(FailureReason.CANCELLED);
        assertNothingIsLeft();
        assertGuestRuns();
    }

    /// Whatever the moment of death: afterwards there is a whole snapshot, or none.
    @Test
    void aDeathLeavesAWholeSnapshotOrNone() {
        int whole = 0;
        for (int act = 1; act <= ACTS_MAX; act++) {
            CreateSnapshot command = create(null);
            List<AgentEvent> told = new ArrayList<>();
            boolean died = died(act, () -> service().create(command, new CompletableFuture<>(), told::add));
            guards.agentDied(guest);
            if (died) {
                service().settle(command, told::add);
            }
            assertThat(told).hasSize(1);
            if (told.getFirst() instanceof SnapshotCreated created) {
                whole++;
                assertThat(created.members()).hasSize(3);
                service().delete(delete(created), _ -> {});
            }
            assertNothingIsLeft();
            assertGuestRuns();
        }
        assertThat(whole).isBetween(1, ACTS_MAX - 5);
    }

    @Test
    void aGuestThatAgentAndGuardLeftHeldIsLetGo() {
        CreateSnapshot command = create(null);
        assertThat(died(6, () -> service().create(command, new CompletableFuture<>(), _ -> {})))
                .isTrue();
        var _ = hypervisor.freeze(GUEST, List.of()); // what the death of a process would have left
        guest.turn(VmState.PAUSED);
        service().settle(command, _ -> {});
        assertGuestRuns();
        assertNothingIsLeft();
    }

    private boolean died(int act, Runnable run) {
        volumes.live();
        volumes.dieAt(act);
        try {
            run.run();
            return false;
        } catch (MemoryVolumes.Death death) {
            return true;
        } finally {
            volumes.live();
        }
    }

    /// Its record looks like what a dead agent leaves.
    @Test
    void aSnapshotThatIsUnderWayIsNotSweptAway() {
        SnapshotService service = service();
        List<AgentEvent> told = new ArrayList<>();
        volumes.at(
                "take c.btrfs", () -> CompletableFuture.runAsync(service::sweep).join());
        service.create(create(null), new CompletableFuture<>(), told::add);
        assertThat(told.getFirst()).isInstanceOf(SnapshotCreated.class);
        assertThat(volumes.acts).doesNotContain("delete b.xfs");
    }

    @Test
    void whatCouldNotBeGivenUpIsSweptLater() {
        volumes.fail("overlays [vda]");
        volumes.at("delete b.xfs", () -> {
            throw new SnapshotException(FailureReason.INTERNAL, "b.xfs: expected to delete it, found I/O error");
        });
        SnapshotFailed failed = (SnapshotFailed) created(create(null));
        assertThat(failed.detail()).contains("is not given up yet", "I/O error");
        assertThat(volumes.names(folder.resolve("b.xfs").toString())).hasSize(1);
        service().sweep();
        assertNothingIsLeft();
    }

    /// As one that the VM's host before had taken, on storage of its own.
    @Test
    void whatAnotherHostTookIsNotGivenUpWhereItsVolumesAreNot() throws IOException {
        SnapshotCreated created = (SnapshotCreated) created(create(null));
        assertThat(deleted(created)).isInstanceOf(SnapshotDeleted.class); // and no record of it is left
        Files.delete(folder.resolve("b.xfs"));
        SnapshotFailed refused = (SnapshotFailed) deleted(created);
        assertThat(refused.reason()).isEqualTo(FailureReason.NO_SUCH_VOLUME);
        assertThat(refused.detail()).contains("b.xfs on this host, which did not take it");
    }

    private AgentEvent deleted(SnapshotCreated created) {
        List<AgentEvent> told = new ArrayList<>();
        service().delete(delete(created), told::add);
        return told.getFirst();
    }

    @Test
    void aRevertPutsEveryVolumeBack() {
        List<SnapshotMember> members = taken();
        guestWrites("later");
        guest.turn(VmState.OFF);
        assertThat(reverted(revert(members, false))).isInstanceOf(SnapshotReverted.class);
        assertThat(volumes.content.values()).containsOnly("at first");
        assertThat(guest.state()).isEqualTo(VmState.OFF);
    }

    private AgentEvent reverted(RevertSnapshot command) {
        List<AgentEvent> told = new ArrayList<>();
        service().revert(command, told::add);
        assertThat(told).hasSize(1);
        return told.getFirst();
    }

    @Test
    void aGuestThatRunsIsRevertedByForceAlone() {
        List<SnapshotMember> members = taken();
        guest.checkpoint("tidemark-" + new UUID(9, 9), "vda");
        guestWrites("later");
        SnapshotFailed refused = (SnapshotFailed) reverted(revert(members, false));
        assertThat(refused.reason()).isEqualTo(FailureReason.VM_RUNS);
        assertThat(volumes.content.values()).containsOnly("later");
        assertThat(reverted(revert(members, true))).isInstanceOf(SnapshotReverted.class);
        assertThat(volumes.content.values()).containsOnly("at first");
        assertThat(hypervisor.checkpoints(GUEST)).isEmpty();
        assertGuestRuns();
    }

    @Test
    void whatStandsInTheWayIsFoundBeforeTheGuestIsStopped() {
        List<SnapshotMember> older = ((SnapshotCreated) created(create(null))).members();
        guest.lie("vda", folder.resolve("a.qcow2.newer"));
        assertRefused(revert(older, true), FailureReason.SNAPSHOT_NEEDED, "a.qcow2.newer");
        guest.lie("vda", folder.resolve("a.qcow2.before-upgrade"));
        volumes.delete(older.get(1));
        assertRefused(revert(older, true), FailureReason.SNAPSHOT_CHANGED, "disk vdb");
    }

    private void assertRefused(RevertSnapshot command, FailureReason reason, String detail) {
        volumes.acts.clear();
        SnapshotFailed refused = (SnapshotFailed) reverted(command);
        assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
        assertThat(refused.detail()).contains(detail);
        assertThat(volumes.acts).isEmpty();
        assertGuestRuns();
    }

    @Test
    void aRevertThatIsRefusedWhileTheGuestIsStoppedLetsItRunOn() {
        List<SnapshotMember> members = taken();
        volumes.fail("revert b.xfs");
        assertThat(reverted(revert(members, true))).isInstanceOf(SnapshotFailed.class);
        assertGuestRuns();
    }

    /// Whoever has written to the volumes since then keeps what he wrote.
    @Test
    void whatWasPutBackBeforeADeathIsNotPutBackAgain() {
        List<SnapshotMember> members = taken();
        RevertSnapshot command = revert(members, true);
        volumes.at("start", () -> {
            throw new MemoryVolumes.Death();
        });
        assertThat(died(ACTS_MAX, () -> service().revert(command, _ -> {}))).isTrue();
        guestWrites("since");
        List<AgentEvent> told = new ArrayList<>();
        service().settle(command, told::add);
        assertThat(told).singleElement().isInstanceOf(SnapshotReverted.class);
        assertThat(volumes.acts).containsExactly("start");
        assertThat(volumes.content.values()).containsOnly("since");
    }

    @Test
    void aDomainThatWasStartedSinceAnUnforcedRevertWasCutOffIsNotStopped() {
        List<SnapshotMember> members = taken();
        guest.turn(VmState.OFF);
        RevertSnapshot command = revert(members, false);
        assertThat(died(2, () -> service().revert(command, _ -> {}))).isTrue();
        guest.turn(VmState.RUNNING);
        List<AgentEvent> told = new ArrayList<>();
        service().settle(command, told::add);
        assertThat(((SnapshotFailed) told.getFirst()).reason()).isEqualTo(FailureReason.VM_RUNS);
        assertGuestRuns();
    }

    @Test
    void memoryIsThatOfAGuestThatRuns() {
        guest.turn(VmState.OFF);
        CreateSnapshot plain = create(null);
        var withMemory = new CreateSnapshot(
                plain.task(), plain.snapshot(), VM, GUEST, NAME, null, null, null, List.of(), true, true, 1000, 60_000);
        assertThat(((SnapshotFailed) created(withMemory)).reason()).isEqualTo(FailureReason.VM_OFF);
    }

    @Test
    void checkpointsOfOthersAreRespectedUnlessForced() {
        List<SnapshotMember> members = taken();
        guest.checkpoint("of-another-product", "vda");
        guest.turn(VmState.OFF);
        SnapshotFailed refused = (SnapshotFailed) reverted(revert(members, false));
        assertThat(refused.reason()).isEqualTo(FailureReason.SNAPSHOT_NEEDED);
        assertThat(refused.detail()).contains("of-another-product");
    }

    @Test
    void aRevertThatWasBegunGoesOnToItsEndAfterADeath() {
        List<SnapshotMember> members = taken();
        int begun = 0;
        for (int act = 1; act <= ACTS_MAX; act++) {
            guestWrites("later");
            RevertSnapshot command = revert(members, true);
            List<AgentEvent> told = new ArrayList<>();
            if (died(act, () -> service().revert(command, told::add))) {
                begun++;
                service().settle(command, told::add);
            }
            assertThat(told).singleElement().isInstanceOf(SnapshotReverted.class);
            assertThat(volumes.content.values()).containsOnly("at first");
            assertGuestRuns();
            assertThat(folder.resolve("records").toFile().list()).hasSize(1);
        }
        assertThat(begun).isGreaterThan(3);
    }

    @Test
    void aSnapshotIsGivenUpOnceHoweverOftenItIsAskedFor() {
        SnapshotCreated created = (SnapshotCreated) created(create(null));
        guestWrites("later");
        List<AgentEvent> told = new ArrayList<>();
        service().delete(delete(created), told::add);
        service().delete(delete(created), told::add);
        assertThat(told).hasSize(2).allSatisfy(event -> assertThat(event).isInstanceOf(SnapshotDeleted.class));
        assertThat(volumes.content.values()).containsOnly("later");
        assertNothingIsLeft();
    }

    @Test
    void theListingSaysWhatIsThereAndWhatCouldBe() throws IOException {
        disk("vdd", "d.lvm", "raw");
        taken();
        SnapshotsListed listed =
                (SnapshotsListed) service().list(new ListSnapshots(new QueryId(new UUID(7, 7)), GUEST, null));
        assertThat(listed.volumes()).hasSize(4);
        assertThat(listed.volumes().getLast().storage()).isEqualTo("lvm");
        var xfs = listed.volumes().get(1);
        assertThat(xfs.storage()).isNotEqualTo("lvm");
        assertThat(xfs.snapshots())
                .singleElement()
                .satisfies(found -> assertThat(found.storageName()).isEqualTo("before-upgrade"));
        assertThat(xfs.mechanisms())
                .anySatisfy(each -> {
                    assertThat(each.mechanism()).isEqualTo(SnapshotMechanism.REFLINK);
                    assertThat(each.namespace()).isEqualTo("all of REFLINK");
                })
                .anySatisfy(each -> {
                    assertThat(each.mechanism()).isEqualTo(SnapshotMechanism.BTRFS);
                    assertThat(each.whyNot()).contains("expected a path with .btrfs");
                });
    }

    @Test
    void aVolumeOfAVmIsNotAnybodysVolume() {
        assertThat(List.of(folder.resolve("b.xfs").toString(), "images/b.xfs")).allSatisfy(text -> {
            SnapshotFailed failed = (SnapshotFailed) created(ofNoVm(text));
            assertThat(failed.reason()).isEqualTo(FailureReason.VOLUME_IN_USE);
            assertThat(failed.detail()).contains("volume " + text, "disk vdb of guest");
        });
    }

    private CreateSnapshot ofNoVm(String volume) {
        return new CreateSnapshot(
                new TaskId(new UUID(2, ++tasks)),
                new SnapshotId(new UUID(3, tasks)),
                null,
                null,
                NAME,
                null,
                null,
                null,
                List.of(new VolumeOrder(null, volume, null, null)),
                false,
                false,
                0,
                60_000);
    }

    @Test
    void aRecordIsReadAsItWasWrittenWhateverThePathsHold() {
        var record = new SnapshotRecord(
                io.tidemark.schemas.vocabulary.SnapshotAction.CREATE,
                null,
                NAME,
                true,
                List.of(
                        new SnapshotMember(null, "/a b\n%\u00e9", SnapshotMechanism.LVM_THIN, "n", "-", "space s"),
                        new SnapshotMember("-", "-", SnapshotMechanism.FULL_COPY, "n", null, "")),
                true,
                new SnapshotRecord.Figures(java.time.Instant.EPOCH, Consistency.CRASH, 1, 2, 3, 4));
        assertThat(SnapshotRecord.parse("record", record.text())).isEqualTo(record);
        assertThatThrownBy(() -> SnapshotRecord.parse("record x", record.text().replace("member", "mumble")))
                .hasMessageContaining("record x")
                .hasMessageContaining("mumble");
    }
}
