package io.tidemark.agent.repository.crypto;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.TestHosts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/// A file that an operator keeps and hands to us: a recovery key's, a host key's; or what a recovery key's public
/// half was copied as.
public final class KeyFileTarget implements FuzzTarget {
    private final RecoveryKey recovery = RecoveryKey.read(Keyrings.goldenFile("recovery.key"));

    @Override
    public String name() {
        return "key-file";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                written(recovery::writeTo),
                written(TestHosts.SELF.signer()::writeTo),
                Keyrings.bytes(recovery.publicHalf().hex()));
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        return isPublicHalf(new String(bytes, StandardCharsets.UTF_8)) || isFile(bytes);
    }

    private static boolean isPublicHalf(String hex) {
        try {
            String again = RecoveryKey.PublicHalf.ofHex(hex).hex();
            if (!again.equals(hex.toLowerCase(Locale.ROOT))) {
                throw new IllegalStateException("taken for " + again);
            }
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }

    private static boolean isFile(byte[] bytes) {
        Function<Path, Consumer<Path>> recovery = file -> RecoveryKey.read(file)::writeTo;
        Function<Path, Consumer<Path>> host = file -> HostSigner.read(file)::writeTo;
        return with(bytes, file -> isRead(file, recovery) || isRead(file, host));
    }

    /// @param read a key of a file, and how it is written to another
    private static boolean isRead(Path file, Function<Path, Consumer<Path>> read) {
        try {
            byte[] again = written(read.apply(file));
            if (!Arrays.equals(written(with(again, read)), again)) {
                throw new IllegalStateException("another key when written again");
            }
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }

    private static <T> T with(byte[] bytes, Function<Path, T> use) {
        try {
            Path file = Files.createTempFile("fuzz", ".key");
            try {
                return use.apply(Files.write(file, bytes));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] written(Consumer<Path> write) {
        return with(new byte[0], file -> {
            try {
                Files.delete(file);
                write.accept(file);
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
