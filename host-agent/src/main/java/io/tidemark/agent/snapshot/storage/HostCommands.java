package io.tidemark.agent.snapshot.storage;

import io.tidemark.agent.snapshot.SnapshotException;
import io.tidemark.agent.snapshot.Volume;
import io.tidemark.agent.snapshot.storage.HostTools.Answer;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The steps that mechanisms are made of, each one program, and what a program's failure means.
final class HostCommands {
    /// Of steps that do not grow with the volume.
    private static final Duration STEP_MAX = Duration.ofMinutes(2);
    /// Of steps that copy it, or wait for such a step.
    private static final Duration COPY_MAX = Duration.ofHours(24);

    private final HostTools tools;

    HostCommands(HostTools tools) {
        this.tools = tools;
    }

    /// How it ended, whatever its status.
    Answer asked(String... command) {
        return tools.run(STEP_MAX, List.of(command));
    }

    /// What it printed; [SnapshotException] if its status is not 0.
    String done(String... command) {
        return done(STEP_MAX, List.of(command));
    }

    /// The same of a program that may take hours.
    String doneAtLength(String... command) {
        return done(COPY_MAX, List.of(command));
    }

    private String done(Duration limit, List<String> command) {
        Answer answer = tools.run(limit, command);
        if (answer.status() != 0) {
            throw new SnapshotException(reason(answer), String.join(" ", command) + ": " + words(answer));
        }
        return answer.output();
    }

    /// Sources: QEMU, `block/file-posix.c`, "Failed to get \"write\" lock"; glibc's texts of EEXIST, ENOSPC,
    /// EDQUOT and EOPNOTSUPP; LVM 2.03.16, `lib/metadata/lv_manip.c` and `tools/lvcreate.c`.
    static FailureReason reason(Answer answer) {
        String errors = answer.errors();
        if (answer.status() == HostTools.NOT_FOUND
                || errors.contains("Operation not supported")
                || errors.contains("not detected in your kernel")) {
            return FailureReason.MECHANISM_UNAVAILABLE;
        }
        if ((errors.contains("Failed to get ") && errors.contains(" lock"))
                || errors.contains("contains a filesystem in use")
                || errors.contains(" in use.")) {
            return FailureReason.VOLUME_IN_USE;
        }
        if (errors.contains("File exists") || errors.contains("already exists in volume group")) {
            return FailureReason.NAME_TAKEN;
        }
        if (errors.contains(" are reserved. Please choose a different LV name")) {
            return FailureReason.NAME_UNFIT;
        }
        return errors.contains("No space left on device")
                        || errors.contains("Disk quota exceeded")
                        || errors.contains("nsufficient free space")
                        || errors.contains("nsufficient suitable")
                        || errors.contains("free space in thin pool")
                ? FailureReason.NO_SPACE
                : FailureReason.INTERNAL;
    }

    private static String words(Answer answer) {
        String errors = answer.errors().strip().replaceAll("\\R", " | ").replaceAll("\\p{Cntrl}", "?");
        return "expected it to succeed, found status " + answer.status() + (errors.isEmpty() ? "" : ": " + errors);
    }

    /// What a mechanism says that cannot do without a program; empty if it is there.
    Optional<String> lack(String program, String option, String packageName) {
        return asked(program, option).status() == HostTools.NOT_FOUND
                ? Optional.of("expected " + program + ", of the package " + packageName + ", found none in PATH")
                : Optional.empty();
    }

    /// `volume-in-use` if a domain has it, or a QEMU of whomever holds its lock.
    void requireFree(Volume volume) {
        if (volume.isInUse()) {
            throw new SnapshotException(
                    FailureReason.VOLUME_IN_USE, volume + ": expected nobody to have it, found a domain that runs");
        }
        // to write, which no QEMU shares; as raw, so that one that is damaged can be reverted; nothing is written
        done("qemu-io", "-f", "raw", "-c", "quit", volume.path().toString());
    }

    /// Copies a file's bytes and holes, but not what the file system says of it.
    ///
    /// @param isShared whether the blocks are shared, or else copied
    void copy(Path source, Path target, boolean isShared) {
        String blocks = isShared ? "--reflink=always" : "--reflink=never";
        doneAtLength("cp", "--sparse=auto", blocks, "-T", "--", source.toString(), target.toString());
    }

    /// Gives a file the owner, mode and extended attributes of another one.
    void giveAttributes(Path source, Path target) {
        String kept = "--preserve=mode,ownership,xattr";
        done("cp", "--attributes-only", kept, "-T", "--", source.toString(), target.toString());
    }

    /// Returns once the file, or the names in the folder, would survive a loss of power.
    void sync(Path path) {
        doneAtLength("sync", "--", path.toString());
    }

    /// Gives a complete file its name, unless another file has it.
    void nameOnce(Path partial, Path file) {
        sync(partial);
        done("ln", "-T", "--", partial.toString(), file.toString());
        remove(partial);
        sync(folder(file));
    }

    /// Puts a complete file in another one's place, with its owner and mode.
    void replace(Path partial, Path file) {
        giveAttributes(file, partial);
        sync(partial);
        done("mv", "-f", "-T", "--", partial.toString(), file.toString());
        sync(folder(file));
    }

    void remove(Path file) {
        done("rm", "-f", "--", file.toString());
    }

    /// How many bytes of storage a file takes.
    long allocatedBytes(Path file) {
        String blocks = done("stat", "-c", "%b", "--", file.toString()).strip();
        return Long.parseLong(blocks) * 512; // stat(1): %B is 512 on Linux
    }

    static Path folder(Path file) {
        Path folder = file.getParent();
        if (folder == null) {
            throw new SnapshotException(
                    FailureReason.NO_SUCH_VOLUME, "volume " + file + ": expected a file in a folder, found none");
        }
        return folder;
    }
}
