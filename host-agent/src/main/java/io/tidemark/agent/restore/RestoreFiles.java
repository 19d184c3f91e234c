package io.tidemark.agent.restore;

import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.command.AgentCommand.StartRestore;
import io.tidemark.schemas.id.TaskId;
import io.tidemark.schemas.vocabulary.FailureReason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The names of a restore's files: temporary ones, final ones, and the mark between the two. Each step may be done
/// again after a crash.
final class RestoreFiles {
    private final Path workFolder;

    RestoreFiles(Path workFolder) {
        this.workFolder = workFolder;
    }

    /// What a file is, whatever its name: device, inode and time of birth, so that a later file in its place
    /// differs.
    static String identity(Path file) throws IOException {
        Map<String, Object> place = Files.readAttributes(file, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
        FileTime born = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .creationTime();
        return place.get("dev") + ":" + place.get("ino") + ":" + born.toMillis();
    }

    /// Syncs the images and keeps the mark; from the return on the restore goes forward, whatever dies.
    void keep(TaskId task, List<Path> partials, RestoreMark mark) throws IOException {
        for (Path partial : partials) {
            sync(partial);
        }
        Files.createDirectories(workFolder);
        Path temporary = mark(task).resolveSibling(task + ".mark.tmp");
        Files.writeString(temporary, mark.text());
        sync(temporary);
        Files.move(temporary, mark(task), StandardCopyOption.ATOMIC_MOVE);
        sync(workFolder);
    }

    Optional<RestoreMark> kept(TaskId task) throws IOException {
        try {
            String text = Files.readString(mark(task), StandardCharsets.UTF_8);
            return Optional.of(RestoreMark.parse(mark(task), text));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    void forget(TaskId task) throws IOException {
        Files.deleteIfExists(mark(task));
    }

    private Path mark(TaskId task) {
        return workFolder.resolve(task + ".mark");
    }

    /// Gives each image its final name; never takes a name that is another file's.
    void name(StartRestore command, RestoreMark mark) throws IOException {
        for (int number = 0; number < command.disks().size(); number++) {
            Path file = file(command.disks().get(number));
            name(RestorePlan.partial(file, command.task()), file, mark.images().get(number));
            sync(file.resolveSibling(""));
        }
    }

    private static void name(Path partial, Path file, String identity) throws IOException {
        if (isThere(partial, identity)) {
            try {
                Files.createLink(file, partial);
            } catch (FileAlreadyExistsException _) {
                requireOurs(file, identity);
            }
        }
        requireOurs(file, identity);
        Files.deleteIfExists(partial);
    }

    private static void requireOurs(Path file, String identity) throws IOException {
        if (!isThere(file, identity)) {
            throw new RestoreFailure(
                    FailureReason.TARGET_EXISTS,
                    "image " + file
                            + ": expected the restored image, found "
                            + (Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? "another file" : "none"));
        }
    }

    private static boolean isThere(Path file, String identity) throws IOException {
        try {
            return identity(file).equals(identity);
        } catch (NoSuchFileException _) {
            return false;
        }
    }

    /// Deletes the temporary images.
    void undo(StartRestore command) throws IOException {
        for (RestoreTarget target : command.disks()) {
            Files.deleteIfExists(RestorePlan.partial(file(target), command.task()));
        }
    }

    /// Deletes the images under both names; a file that is not one of them stays.
    void undo(StartRestore command, RestoreMark mark) throws IOException {
        for (int number = 0; number < command.disks().size(); number++) {
            Path file = file(command.disks().get(number));
            if (isThere(file, mark.images().get(number))) {
                Files.delete(file);
            }
        }
        undo(command);
    }

    private static Path file(RestoreTarget target) {
        return Path.of(target.path()).normalize();
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
