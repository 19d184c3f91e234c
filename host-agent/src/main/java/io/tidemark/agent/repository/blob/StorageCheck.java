package io.tidemark.agent.repository.blob;

import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.SessionUnusable;
import io.tidemark.agent.repository.blob.BlobStore.Creation;
import io.tidemark.agent.repository.blob.BlobStore.Upload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Tries on a store what a repository asks of it, before the first backup. It can show that a guarantee is broken,
/// not that it always holds: a power loss and a second host are not in it. All that it makes lies below
/// `check/RUN`, and is deleted at the end. One thread uses it, once.
public final class StorageCheck {
    private static final int WRITERS = 8;
    private static final int ROUNDS = 10;
    private static final int SMALL_BYTES = 200;
    private static final int LARGE_BYTES = (3 << 20) + 1;
    private static final int PART_BYTES = 700_001;
    private static final int[] SIZES_BYTES = {0, 1, 4097, (1 << 20) + 1};
    /// As many looks as a store of two clients in turn needs to be asked as each.
    private static final int LOOKS = 2;

    private final BlobStore store;
    private final String folder;
    private final String owner;
    private final RandomGenerator random;
    private final Queue<BlobName> made = new ConcurrentLinkedQueue<>();

    /// What was found of one guarantee.
    ///
    /// @param detail what was tried, or what was expected and found
    public record Finding(String name, boolean isPassed, String detail) {}

    /// @param run letters, digits and `-` that no check of this store has had
    /// @param random fills the contents
    public StorageCheck(BlobStore store, String run, RandomGenerator random) {
        this.store = store;
        this.folder = new BlobName("check/" + run).text();
        this.owner = "check-" + run;
        this.random = random;
    }

    /// All guarantees, in the order in which they build on each other; throws nothing of the store's.
    public List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(finding("content comes back", this::contentComesBack));
        findings.add(finding("a large upload comes back, whole and in ranges", this::largeUploadComesBack));
        findings.add(finding("a taken name keeps its content", this::takenNameKeepsItsContent));
        findings.add(finding("of many who create a name one succeeds", () -> oneSucceeds("create", this::created)));
        findings.add(finding("of many who publish a name one succeeds", () -> oneSucceeds("publish", this::uploaded)));
        findings.add(finding("an upload is seen whole or not at all", this::uploadIsSeenWhole));
        findings.add(finding("an upload ends once", this::uploadEndsOnce));
        findings.add(finding("what is discarded is one owner's", this::discardedIsOneOwners));
        findings.add(finding("what was missing is found once it is created", this::missingIsFound));
        findings.add(finding("what is deleted is not found", this::deletedIsNotFound));
        findings.add(finding("a listing names nothing that never was", this::listingNamesWhatWasMade));
        findings.add(finding("what was made can be deleted", this::cleanUp));
        return List.copyOf(findings);
    }

    private static Finding finding(String name, Supplier<String> check) {
        try {
            return new Finding(name, true, check.get());
        } catch (Broken | RepositoryException e) {
            return new Finding(name, false, String.valueOf(e.getMessage()));
        }
    }

    private String contentComesBack() {
        for (int size : SIZES_BYTES) {
            byte[] content = content(size);
            BlobName name = name("of-" + size);
            require(store.createOwn(name, content), name, "the name free", "other content");
            requireContent(name, content);
        }
        return "sizes of " + Arrays.toString(SIZES_BYTES) + " bytes";
    }

    private String largeUploadComesBack() {
        byte[] content = content(LARGE_BYTES);
        BlobName name = name("large");
        upload(name, content);
        requireContent(name, content);
        for (int from : new int[] {0, PART_BYTES, LARGE_BYTES - SMALL_BYTES}) {
            byte[] expected = Arrays.copyOfRange(content, from, from + SMALL_BYTES);
            Optional<byte[]> found = store.readRange(name, from, SMALL_BYTES);
            require(isContent(found, expected), name, "its bytes from " + from + " on", found(found));
        }
        try {
            Optional<byte[]> found = store.readRange(name, LARGE_BYTES - 1, SMALL_BYTES);
            throw new Broken(name, "an error for a range beyond the end", found(found));
        } catch (DamagedException _) {
            return LARGE_BYTES + " bytes in parts of " + PART_BYTES;
        }
    }

    private String takenNameKeepsItsContent() {
        byte[] first = content(SMALL_BYTES);
        byte[] second = content(SMALL_BYTES);
        BlobName name = name("taken");
        store.createOwn(name, first);
        Creation created = store.createIfAbsent(name, second);
        require(created == Creation.TAKEN, name, "a second creation told that it is taken", created);
        Creation published = upload(name, second);
        require(published == Creation.TAKEN, name, "an upload told that it is taken", published);
        requireContent(name, first);
        return "a creation and an upload were refused";
    }

    private String oneSucceeds(String how, Attempt attempt) {
        int told = 0;
        for (int round = 0; round < ROUNDS; round++) {
            BlobName name = name(how + "-" + round);
            List<byte[]> contents = IntStream.range(0, WRITERS)
                    .mapToObj(_ -> content(SMALL_BYTES))
                    .toList();
            List<Creation> answers = together(contents, content -> attempt.of(name, content));
            byte[] held = store.read(name, SMALL_BYTES).orElseThrow(() -> new Broken(name, "one of them", "none"));
            require(contents.stream().anyMatch(each -> Arrays.equals(each, held)), name, "one of them", "none whole");
            long winners = answers.stream().filter(Creation.CREATED::equals).count();
            require(winners <= 1, name, "one told that it succeeded", winners);
            int winner = answers.indexOf(Creation.CREATED);
            require(winner < 0 || Arrays.equals(contents.get(winner), held), name, "the winner's", "another's");
            told += (int) winners;
        }
        return WRITERS + " at once, " + ROUNDS + " times; " + told + " times the winner was told so";
    }

    private Creation created(BlobName name, byte[] content) {
        return store.createIfAbsent(name, content);
    }

    private Creation uploaded(BlobName name, byte[] content) {
        return upload(name, content);
    }

    private String uploadIsSeenWhole() {
        byte[] content = content(LARGE_BYTES);
        for (int round = 0; round < ROUNDS; round++) {
            BlobName name = name("whole-" + round);
            try (ExecutorService publisher = Executors.newSingleThreadExecutor()) {
                Future<Creation> publishing = publisher.submit(() -> upload(name, content));
                while (!publishing.isDone()) {
                    Optional<byte[]> seen = store.read(name, LARGE_BYTES);
                    require(seen.isEmpty() || isContent(seen, content), name, "nothing or all", found(seen));
                }
            }
            requireContent(name, content);
        }
        return ROUNDS + " uploads were looked for until they were there";
    }

    private String uploadEndsOnce() {
        BlobName second = name("second");
        try (Upload upload = store.begin(owner)) {
            upload.publish(name("first"));
            Creation again = upload.publish(second);
            throw new Broken(second, "an upload to be published once", again);
        } catch (SessionUnusable _) {
            requireNothing(second);
            return "published a second time, it was refused";
        }
    }

    private String discardedIsOneOwners() {
        BlobName dead = name("dead");
        BlobName living = name("living");
        byte[] content = content(SMALL_BYTES);
        try (Upload discarded = store.begin(owner);
                Upload other = store.begin(owner + "-other")) {
            discarded.write(ByteBuffer.wrap(content));
            other.write(ByteBuffer.wrap(content));
            store.discard(owner);
            other.publish(living);
            requireContent(living, content);
            Creation published = discarded.publish(dead);
            throw new Broken(dead, "what is discarded never published", published);
        } catch (RepositoryException.RepositoryUnavailable _) {
            requireNothing(dead);
            requireContent(living, content);
            return "of two owners";
        }
    }

    private String missingIsFound() {
        BlobName name = name("missing");
        byte[] content = content(SMALL_BYTES);
        requireNothing(name);
        store.createOwn(name, content);
        requireContent(name, content);
        return "looked for before and after";
    }

    private String deletedIsNotFound() {
        BlobName name = name("deleted");
        byte[] content = content(SMALL_BYTES);
        store.createOwn(name, content);
        requireContent(name, content);
        store.delete(name);
        requireNothing(name);
        store.delete(name);
        return "looked for before and after";
    }

    private String listingNamesWhatWasMade() {
        List<BlobName> listed = store.list(folder);
        List<BlobName> strange =
                listed.stream().filter(each -> !made.contains(each)).toList();
        require(strange.isEmpty(), name("listed"), "names that were asked for", strange);
        return "named " + listed.size() + "; what is there and not named is not collected";
    }

    private String cleanUp() {
        store.discard(owner);
        store.discard(owner + "-other");
        made.forEach(store::delete);
        made.forEach(this::requireNothing);
        return made.size() + " names";
    }

    private BlobName name(String last) {
        BlobName name = new BlobName(folder + "/" + last);
        made.add(name);
        return name;
    }

    private byte[] content(int size) {
        byte[] content = new byte[size];
        random.nextBytes(content);
        return content;
    }

    private Creation upload(BlobName name, byte[] content) {
        try (Upload upload = store.begin(owner)) {
            for (int at = 0; at < content.length; at += PART_BYTES) {
                upload.write(ByteBuffer.wrap(content, at, Math.min(PART_BYTES, content.length - at)));
            }
            return upload.publish(name);
        }
    }

    private void requireContent(BlobName name, byte[] expected) {
        for (int look = 0; look < LOOKS; look++) {
            Optional<byte[]> found = store.read(name, expected.length);
            require(isContent(found, expected), name, "the " + expected.length + " bytes written", found(found));
        }
    }

    private void requireNothing(BlobName name) {
        for (int look = 0; look < LOOKS; look++) {
            Optional<byte[]> found = store.read(name, LARGE_BYTES);
            require(found.isEmpty(), name, "nothing", found(found));
        }
    }

    private static boolean isContent(Optional<byte[]> found, byte[] expected) {
        return found.isPresent() && Arrays.equals(found.get(), expected);
    }

    private static String found(Optional<byte[]> found) {
        return found.map(bytes -> bytes.length + " bytes").orElse("nothing");
    }

    private static void require(boolean isKept, BlobName name, String expected, Object found) {
        if (!isKept) {
            throw new Broken(name, expected, found);
        }
    }

    /// Lets all begin at one moment.
    private static List<Creation> together(List<byte[]> contents, Try one) {
        CyclicBarrier start = new CyclicBarrier(contents.size());
        List<Callable<Creation>> tries = contents.stream()
                .<Callable<Creation>>map(content -> () -> {
                    start.await();
                    return one.of(content);
                })
                .toList();
        try (ExecutorService writers = Executors.newFixedThreadPool(contents.size())) {
            List<Creation> answers = new ArrayList<>();
            for (Future<Creation> each : writers.invokeAll(tries)) {
                answers.add(each.get());
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SessionUnusable("check of the storage: interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        }
    }

    private interface Attempt {
        Creation of(BlobName name, byte[] content);
    }

    private interface Try {
        Creation of(byte[] content);
    }

    /// A guarantee is not kept.
    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Broken(BlobName name, String expected, Object found) {
            super("object " + name + ": expected " + expected + ", found " + found);
        }
    }
}
