package io.tidemark.agent.repository.next.pack;

import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.blob.BlobName;
import java.util.List;
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

    /// All folders that may hold packs.
    public static List<String> folders() {
        return IntStream.range(0, FOLDERS)
                .mapToObj(each -> PACKS + "%02x".formatted(each))
                .toList();
    }
}
