package io.tidemark.agent.repository;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.VerifiedPacks.Look;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What is remembered of a verification, between the repository's line and the digest, which are right; and the
/// same bytes as the whole of it.
public final class VerifiedPacksTarget implements FuzzTarget {
    private static final UUID REPOSITORY = new UUID(7, 7);
    private static final SessionId SESSION = new SessionId(new UUID(9, 9));
    private static final BlobName NAME = new BlobName("verified/any");
    private static final VerifiedPacks VERIFIED = new VerifiedPacks(new MemoryBlobs(), REPOSITORY);

    @Override
    public String name() {
        return "verified-packs";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(seed("stored", 1), seed("content", 3), seed("content", 100), framed(seed("content", 2)));
    }

    private static byte[] seed(String checked, int packs) {
        return lines(
                "2026-01-02T03:04:05Z",
                checked,
                IntStream.range(0, packs)
                        .mapToObj(number -> new PackId(SESSION, number))
                        .toList());
    }

    private static byte[] lines(String at, String checked, List<PackId> packs) {
        return bytes(packs.stream()
                .map(pack -> pack + "\n")
                .collect(Collectors.joining("", "at " + at + "\nchecked " + checked + "\n", "")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] framed(byte[] lines) {
        var text = new ByteArrayOutputStream();
        text.writeBytes(bytes("tidemark-verified 1\nrepository " + REPOSITORY + "\n"));
        text.writeBytes(lines);
        text.writeBytes(bytes("sha256 " + Digest.of(text.toByteArray()) + "\n"));
        return text.toByteArray();
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        return isRead(framed(bytes)) || isRead(bytes);
    }

    private static boolean isRead(byte[] record) {
        Look look;
        try {
            look = VERIFIED.look(NAME, record);
        } catch (DamagedException refused) {
            return false;
        }
        byte[] again = framed(lines(look.at().toString(), look.isOpened() ? "content" : "stored", look.packs()));
        if (!VERIFIED.look(NAME, again).equals(look)) {
            throw new IllegalStateException("something else when written again: " + look);
        }
        return true;
    }
}
