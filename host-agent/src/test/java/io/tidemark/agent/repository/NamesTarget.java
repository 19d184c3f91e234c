package io.tidemark.agent.repository;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.crypto.HostKeys;
import io.tidemark.agent.repository.pack.PackNames;
import io.tidemark.schemas.id.RepositoryId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/// The name of an object, as all that read listings take it.
public final class NamesTarget implements FuzzTarget {
    private static final PackId PACK = new PackId(new SessionId(new UUID(3, 4)), 5);
    private static final String UUID_TEXT = "11111111-0000-4000-8000-000000000001";

    @Override
    public String name() {
        return "names";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                bytes(PackNames.of(PACK).text()),
                bytes(Quarantine.marker(PACK).text()),
                bytes("keys/host-" + UUID_TEXT + "-1"),
                bytes("registry/vms/" + UUID_TEXT),
                bytes("a/b_c.d/-e"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        BlobName name;
        try {
            name = new BlobName(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return false;
        }
        requireInside(name);
        MemoryBlobs blobs = new MemoryBlobs();
        blobs.createIfAbsent(name, new byte[0]);
        requireSame(name, PackNames.pack(name).stream().map(PackNames::of).toList());
        requireSame(
                name, Quarantine.packs(blobs).stream().map(Quarantine::marker).toList());
        requireSame(
                name,
                Registry.marked(blobs).stream()
                        .map(vm -> new BlobName("registry/vms/" + vm))
                        .toList());
        new HostKeys(blobs, new RepositoryId("cellar")).hosts().forEach(host -> {
            if (!name.text().startsWith("keys/host-" + host + "-")) {
                throw new IllegalStateException(name + " is taken for a key of host " + host);
            }
        });
        return true;
    }

    private static void requireInside(BlobName name) {
        for (String part : name.text().split("/", -1)) {
            if (part.isEmpty() || part.startsWith(".")) {
                throw new IllegalStateException(name + " leads out of the repository");
            }
        }
    }

    private static void requireSame(BlobName name, List<BlobName> named) {
        if (named.stream().anyMatch(each -> !each.equals(name))) {
            throw new IllegalStateException(name + " is taken for " + named);
        }
    }
}
