package io.tidemark.agent.snapshot;

import io.tidemark.agent.backup.DomainView;
import io.tidemark.schemas.command.AgentCommand.ListSnapshots;
import io.tidemark.schemas.event.AgentEvent.MechanismReport;
import io.tidemark.schemas.event.AgentEvent.VolumeReport;
import io.tidemark.schemas.id.SnapshotId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is said of the volumes of a domain, or of one that no VM has: the snapshots that are there and those that
/// could be.
final class SnapshotListing {
    /// Nobody has it: what a plan says of a name is not asked for here, but where names are taken from.
    private static final SnapshotName UNUSED = SnapshotName.of(new SnapshotId(new UUID(0, 0)));

    /// What the storage of a volume is called that is a logical one.
    private static final String LVM = "lvm";

    private final Mechanisms mechanisms;
    private final Volumes volumes;

    SnapshotListing(Mechanisms mechanisms, Volumes volumes) {
        this.mechanisms = mechanisms;
        this.volumes = volumes;
    }

    /// @param domain the one that the question names; null if it names a volume
    List<VolumeReport> of(ListSnapshots question, @Nullable DomainView domain) {
        String volume = question.volume();
        if (domain == null && volume == null) {
            throw new SnapshotException(
                    FailureReason.MESSAGE_MALFORMED, "listing: expected a domain or a volume, found neither");
        }
        List<Volume> all = domain == null ? List.of(volumes.unattached(String.valueOf(volume))) : Volumes.of(domain);
        return all.stream().map(each -> report(domain, each)).toList();
    }

    private VolumeReport report(@Nullable DomainView domain, Volume volume) {
        List<MechanismReport> reports = SnapshotPlanner.all(volume.format()).stream()
                .map(each -> report(domain, volume, each))
                .toList();
        return new VolumeReport(
                volume.target(),
                volume.path().toString(),
                volume.format(),
                reports.stream().anyMatch(SnapshotListing::isOfLvm) ? LVM : storage(volume),
                reports,
                mechanisms.list(domain, volume));
    }

    /// Whether it is one that only a logical volume can have.
    private static boolean isOfLvm(MechanismReport report) {
        return report.whyNot() == null
                && (report.mechanism() == SnapshotMechanism.LVM_THIN
                        || report.mechanism() == SnapshotMechanism.LVM_CLASSIC);
    }

    private MechanismReport report(@Nullable DomainView domain, Volume volume, SnapshotMechanism mechanism) {
        Optional<String> whyNot = mechanisms.whyNot(domain, volume, mechanism);
        if (whyNot.isPresent()) {
            return new MechanismReport(mechanism, whyNot.get(), null);
        }
        try {
            return new MechanismReport(
                    mechanism,
                    null,
                    mechanisms.plan(domain, volume, mechanism, UNUSED).namespace());
        } catch (SnapshotException cannot) {
            return new MechanismReport(mechanism, cannot.getMessage(), null);
        }
    }

    private static String storage(Volume volume) {
        try {
            return Files.isRegularFile(volume.path())
                    ? Files.getFileStore(volume.path()).type()
                    : "device";
        } catch (IOException unknown) {
            return "unknown";
        }
    }
}
