package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/// Which packs were found whole, and when: objects `verified/RUN-NUMBER`, never changed, texts:
///
/// ```
/// tidemark-verified 1
/// repository UUID
/// at INSTANT
/// checked WHAT
/// PACK
/// ...
/// sha256 of all lines before
/// ```
///
/// WHAT is `stored` or, if chunks were opened as well, `content`. One that is missed, damaged or lost costs another
/// look at what it names, so nothing depends on a listing.
final class VerifiedPacks {
    private static final Logger LOG = Logger.getLogger(VerifiedPacks.class);
    private static final String FOLDER = "verified";
    private static final int PACKS_MAX = 4096;
    private static final int BYTES_MAX = 1 << 20;
    private static final Pattern TEXT = Pattern.compile("""
            (tidemark-verified 1
            repository (\\S+)
            at (\\S+)
            checked (stored|content)
            ((?:\\S+\n)*+))sha256 (\\S+)
            """);

    private final BlobStore store;
    private final UUID repository;

    VerifiedPacks(BlobStore store, UUID repository) {
        this.store = store;
        this.repository = repository;
    }

    /// Those that were found whole at an instant or later.
    ///
    /// @param isOpened only those whose chunks were opened
    Set<PackId> since(Instant instant, boolean isOpened) {
        Set<PackId> packs = new HashSet<>();
        for (BlobName name : store.list(FOLDER)) {
            try {
                store.read(name, BYTES_MAX)
                        .map(bytes -> look(name, bytes))
                        .filter(look -> !look.at().isBefore(instant) && (look.isOpened() || !isOpened))
                        .ifPresent(look -> packs.addAll(look.packs()));
            } catch (DamagedException damaged) {
                LOG.warnf("%s counts for nothing: %s", name, damaged.getMessage());
            }
        }
        return packs;
    }

    /// What one object says.
    record Look(Instant at, boolean isOpened, List<PackId> packs) {}

    /// Anybody may have written the bytes, so no message repeats them.
    Look look(BlobName name, byte[] bytes) {
        Matcher found = TEXT.matcher(new String(bytes, StandardCharsets.UTF_8));
        if (!found.matches()
                || !found.group(6).equals(digest(found.group(1)))
                || !found.group(2).equals(repository.toString())) {
            throw new DamagedException(name.text(), "what was verified in repository " + repository, "something else");
        }
        try {
            return new Look(
                    Instant.parse(found.group(3)),
                    found.group(4).equals("content"),
                    found.group(5).lines().map(PackId::of).toList());
        } catch (IllegalArgumentException | DateTimeException _) {
            throw new DamagedException(name.text(), "an instant and packs", "other words");
        }
    }

    private static String digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /// Gathers what one run finds whole. Safe for use by many threads; fields that are not final count.
    final class Run {
        private final UUID id;
        private final String head;
        private final List<PackId> whole = new ArrayList<>();
        private int number;

        /// @param at before the first byte was read
        Run(UUID id, Instant at, boolean isOpened) {
            this.id = id;
            this.head = "tidemark-verified 1\nrepository " + repository + "\nat " + at + "\nchecked "
                    + (isOpened ? "content" : "stored") + "\n";
        }

        synchronized void add(PackId pack) {
            whole.add(pack);
            if (whole.size() == PACKS_MAX) {
                write();
            }
        }

        /// Whoever may only read, or has no room left, verifies all the same.
        synchronized void write() {
            if (whole.isEmpty()) {
                return;
            }
            StringBuilder text = new StringBuilder(head);
            whole.forEach(pack -> text.append(pack).append('\n'));
            String last = "sha256 " + digest(text.toString()) + "\n";
            text.append(last);
            BlobName name = new BlobName(FOLDER + "/" + id + "-" + number++);
            try {
                boolean _ = store.createOwn(name, text.toString().getBytes(StandardCharsets.UTF_8));
            } catch (RepositoryException failed) {
                LOG.warnf("what was verified is not remembered: %s", failed.getMessage());
            }
            whole.clear();
        }
    }
}
