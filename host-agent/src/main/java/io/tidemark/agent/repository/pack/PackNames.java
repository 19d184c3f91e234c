package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.blob.BlobName;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Where packs lie in the storage: `packs/XX/SESSION-NUMBER`, XX the first two digits of the session, so that no
/// folder grows too large to list.
public final class PackNames {
    private static final String PACKS = "packs/";
    private static final int FOLDERS = 256;

    private PackNames() {}

    public static BlobName of(PackId pack) {
        String text = pack.toString();
        return new BlobName(PACKS + text.substring(0, 2) + "/" + text);
    }

    /// The pack that an object's name stands for; empty for any other object.
    public static Optional<PackId> pack(BlobName name) {
        String text = name.text().substring(name.text().lastIndexOf('/') + 1);
        try {
            PackId pack = PackId.of(text);
            return of(pack).equals(name) ? Optional.of(pack) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// All folders that may hold packs.
    public static List<String> folders() {
        return IntStream.range(0, FOLDERS)
                .mapToObj(each -> PACKS + "%02x".formatted(each))
                .toList();
    }
}
