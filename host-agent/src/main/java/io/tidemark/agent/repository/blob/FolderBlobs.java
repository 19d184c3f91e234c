package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Objects as files below a folder of a local file system. Their folders are made when needed and stay.
public final class FolderBlobs implements BlobStore {
    private final FolderFiles files;

    /// @param files must have its folder for temporary files already
    public FolderBlobs(FolderFiles files) {
        this.files = files;
    }

    @Override
    public Creation createIfAbsent(BlobName name, byte[] content) {
        return files.createIfAbsent(name.text(), content) ? Creation.CREATED : Creation.TAKEN;
    }

    @Override
    public Upload begin(String owner) {
        return new FolderUpload(files, owner);
    }

    @Override
    public void discard(String owner) {
        files.requireThere("work of " + owner);
        files.deleteTemporaries(owner);
    }

    @Override
    public Optional<byte[]> read(BlobName name, int bytesMax) {
        return withFile(name, channel -> {
            long size = channel.size();
            if (size > bytesMax) {
                throw new DamagedException("object " + name, "at most " + bytesMax + " bytes", size + " bytes");
            }
            return filled(name, channel, 0, (int) size);
        });
    }

    @Override
    public boolean readRange(BlobName name, long offset, ByteBuffer target) {
        return withFile(name, channel -> {
                    long size = channel.size();
                    int length = target.remaining();
                    if (offset > size - length) {
                        throw new DamagedException(
                                "object " + name, length + " bytes from " + offset + " on", size + " bytes");
                    }
                    fill(name, channel, offset, target);
                    return size;
                })
                .isPresent();
    }

    @Override
    public Optional<End> readEnd(BlobName name, int bytesMax) {
        return withFile(name, channel -> {
            long size = channel.size();
            int length = (int) Math.min(size, bytesMax);
            return new End(size, filled(name, channel, size - length, length));
        });
    }

    private static byte[] filled(BlobName name, FileChannel channel, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        fill(name, channel, offset, bytes);
        return bytes.array();
    }

    private static void fill(BlobName name, FileChannel channel, long offset, ByteBuffer target) throws IOException {
        int length = target.remaining();
        for (long at = offset; target.hasRemaining(); ) {
            int count = channel.read(target, at);
            if (count < 0) {
                throw new DamagedException("object " + name, length + " bytes", at - offset + " bytes");
            }
            at += count;
        }
    }

    @Override
    public List<BlobName> list(String folder) {
        return listed(folder, _ -> true);
    }

    /// A file costs a look at whether it is one, so those that are not meant are left out before.
    @Override
    public List<BlobName> listBehind(BlobName name) {
        return listed(name.folder(), each -> each.compareTo(name.text()) > 0);
    }

    private List<BlobName> listed(String folder, Predicate<String> isMeant) {
        String before = folder.isEmpty() ? "" : folder + "/";
        List<String> found = files.list(folder);
        files.requireThere(folder);
        return found.stream()
                .map(name -> before + name)
                .filter(isMeant)
                .filter(name -> !files.isFolder(name))
                .filter(BlobName::isName) // NFS keeps deleted files that are still read under names with a dot
                .map(BlobName::new)
                .toList();
    }

    @Override
    public void delete(BlobName name) {
        if (!files.deleteIfPresent(files.path(name.text()))) {
            files.requireThere(name.text());
        }
    }

    private <T> Optional<T> withFile(BlobName name, Reading<T> reading) {
        try (FileChannel channel = files.open(name.text())) {
            return Optional.of(reading.of(channel));
        } catch (NoSuchFileException _) {
            files.requireThere(name.text());
            return Optional.empty();
        } catch (IOException e) {
            throw files.typed(name.text(), e);
        }
    }

    private interface Reading<T> {
        T of(FileChannel channel) throws IOException;
    }
}
