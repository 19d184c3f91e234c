package io.tidemark.agent.backup;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.BitmapState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a backup needs of the host's hypervisor. Every call has a time limit of the adapter's own; each failure
/// is one of the [HypervisorException] family. Stops (`thaw`, `abortBackup`, `deleteCheckpoint`) are safe to call
/// twice.
public interface Hypervisor extends Domains {
    /// Has the listener told of what happens to domains, by whomever. Changes of checkpoints and bitmaps are not
    /// told. To be called once, before any other call.
    void onChange(ChangeListener listener);

    /// Does what the hypervisor leaves undone when domains are migrated alive: defines the checkpoints of the
    /// bitmaps of ours that a domain brought along, and forgets those that one has left behind, whose bitmaps go on
    /// elsewhere. Whoever moves no domains has nothing to do. Once more changes nothing; what cannot be done now is
    /// left to the next call.
    default void settleMigrations() {}

    /// One domain as it is now. [HypervisorException.DomainMoved] if it was migrated away, or is just being.
    DomainView domain(DomainUuid domain);

    /// The domain's definition as libvirt would show it, without secrets.
    String domainXml(DomainUuid domain);

    /// Asks the guest's agent to hold all writes to mounted file systems.
    ///
    /// @param mountpoints of the guest, the only ones to freeze; empty for all. One that the guest does not have
    ///     is passed over, and not counted
    DomainFreeze freeze(DomainUuid domain, List<String> mountpoints);

    /// Ends a freeze. Answers the count of file systems thawed, 0 if none was frozen.
    int thaw(DomainUuid domain);

    /// The job that holds the domain now, and whether it bears our mark.
    DomainJob runningJob(DomainUuid domain);

    /// [HypervisorException.DomainBusy] if the guest writes to an image that the hypervisor does not know: a backup
    /// would lack what was written since. Nothing is done to the guest. Who knows every image has nothing to say.
    default void requireKnownImages(DomainUuid domain) {}

    /// Makes the scratch images of an order before it begins, if it can: while the hypervisor makes them itself, a
    /// question of anybody about the domain's disks may end the guest. Without it they are made when it begins.
    void makeScratch(DomainUuid domain, BackupOrder order);

    /// Begins one pull-mode backup of all disks of the order; returns when the point in time is taken and the NBD
    /// server listens. A disk's export is named as its target, its bitmap's context is
    /// `qemu:dirty-bitmap:backup-<target>`. A failed begin may leave the new checkpoint behind.
    void beginBackup(DomainUuid domain, BackupOrder order);

    /// Takes a point in time of a domain that is off: defines the order's new checkpoint, and adds its bitmap to
    /// the image of each disk that has one, which holds that image's lock for some milliseconds. Nothing holds the
    /// point afterwards. [HypervisorException.DomainBusy] if the domain runs or somebody has an image open to
    /// write, [HypervisorException.CheckpointBroken] if the bitmap of an increment does not tell all. A failed
    /// begin may leave the new checkpoint behind.
    ///
    /// @param takenAt what the checkpoint says of its time
    void beginAtRest(DomainUuid domain, BackupOrder order, Instant takenAt);

    /// A text that is another one when an image of the domain, which is off, was changed or replaced.
    /// [HypervisorException.DomainBusy] if the domain runs.
    String restStamp(DomainUuid domain);

    /// Ends the backup job of that point, if it runs, and leaves any other. Also how a successful pull backup ends.
    /// Answers the job that was found: that of the point means that it has ended, and that its scratch images are
    /// gone.
    DomainJob abortBackup(DomainUuid domain, RestorePointId point);

    /// Names of the domain's checkpoints, ours and those of others.
    List<String> checkpoints(DomainUuid domain);

    /// For each disk of a domain, by target: its bitmaps that bear our mark, by the name of their checkpoint, be
    /// that there or not. The domain may be off. [HypervisorException.DomainBusy] while a backup hides them.
    Map<String, Map<String, BitmapView>> bitmaps(DomainUuid domain);

    /// The same, and of a domain that is off also how much each of them names, which has to be read from its
    /// images. [HypervisorException.DomainBusy] if one of them is changed meanwhile, too.
    Map<String, Map<String, BitmapView>> countedBitmaps(DomainUuid domain);

    /// For each disk of a domain, by target: what the bitmap of that checkpoint is good for.
    default Map<String, BitmapState> bitmapStates(DomainUuid domain, String checkpoint) {
        Map<String, BitmapState> states = new LinkedHashMap<>();
        bitmaps(domain).forEach((target, bitmaps) -> {
            BitmapView found = bitmaps.get(checkpoint);
            states.put(target, found == null ? BitmapState.MISSING : found.state());
        });
        return states;
    }

    /// Deletes a checkpoint and its bitmaps in the top images, whichever targets their disks have by now, be there
    /// a checkpoint or not. Absent is deleted.
    void deleteCheckpoint(DomainUuid domain, String checkpoint);

    /// Lets a paused guest run on. A running guest is left as it is.
    void resume(DomainUuid domain);

    /// Figures of the running backup job; all zero if none runs.
    DomainJobStatistics jobStatistics(DomainUuid domain);

    /// What a running or paused guest had of its disks since it was started. Asked every half second while a backup
    /// reads.
    GuestIo guestIo(DomainUuid domain);
}
