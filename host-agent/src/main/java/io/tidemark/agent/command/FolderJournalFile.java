package io.tidemark.agent.command;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// The journal in a folder that is the agent's alone: `journal`, and `journal.new` while it is being compacted.
final class FolderJournalFile implements JournalFile {
    private final Path folder;
    private final Path file;
    private final Path replacement;

    FolderJournalFile(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("journal");
        this.replacement = folder.resolve("journal.new");
    }

    @Override
    public byte[] read() throws IOException {
        return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    }

    @Override
    public void append(byte[] bytes) throws IOException {
        boolean isNew = !Files.exists(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            writeFully(channel, bytes);
        }
        if (isNew) {
            syncFolder();
        }
    }

    @Override
    public void stageReplacement(byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                replacement,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            writeFully(channel, bytes);
        }
    }

    @Override
    public void adoptReplacement() throws IOException {
        Files.move(replacement, file, StandardCopyOption.ATOMIC_MOVE);
        syncFolder();
    }

    private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    private void syncFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
