package io.tidemark.agent.repository;

import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.RepositoryException.RepositoryUnavailable;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.schemas.id.VmId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The repository's own log: which VMs have one, which incarnation writers need, which collections have begun and
/// ended. A VM is in it before its log has a record, so nobody has to trust a listing to know all logs. A record is
/// the object `registry/NUMBER`, from 0, made by create-if-absent and by nothing else, a text:
///
/// ```
/// tidemark-registry 1
/// repository UUID
/// number NUMBER
/// KIND VALUE
/// sha256 of all lines before
/// ```
///
/// KIND and VALUE: `vm` and its id; `incarnation` and a number; `collection-begun` or `collection-ended` and the id
/// of a collection. Beside it `registry/vms/VM`, empty, marks each VM. Safe for use by many threads.
final class Registry {
    static final String FOLDER = "registry";
    private static final String MARKS = FOLDER + "/vms";
    /// Each lost race means that another writer won one; so many in a row is a fault.
    private static final int RACES_LOST_MAX = 1000;

    private static final int BYTES_MAX = 4096;
    private static final Pattern TEXT = Pattern.compile(
            "(tidemark-registry 1\nrepository (\\S+)\nnumber (\\d{1,19})\n(\\S+) (\\S+)\n)sha256 ([0-9a-f]{64})\n");

    private final BlobStore store;
    private final UUID repository;
    /// Not final: what was read last, and the last record's bytes.
    private volatile Tail remembered = Tail.EMPTY;

    Registry(BlobStore store, UUID repository) {
        this.store = store;
        this.repository = repository;
    }

    /// What the registry says up to one record.
    ///
    /// @param next number of the next record
    /// @param collections those that have begun and not ended
    record View(long next, long incarnation, List<VmId> vms, List<SessionId> collections) {
        private View plus(String kind, String value) {
            return switch (kind) {
                case "vm" -> new View(next + 1, incarnation, with(vms, VmId.of(value)), collections);
                case "incarnation" ->
                    new View(next + 1, Math.max(incarnation, Long.parseLong(value)), vms, collections);
                case "collection-begun" -> new View(next + 1, incarnation, vms, with(collections, SessionId.of(value)));
                case "collection-ended" ->
                    new View(next + 1, incarnation, vms, without(collections, SessionId.of(value)));
                default -> throw new IllegalArgumentException("kind " + kind);
            };
        }

        private static <T> List<T> with(List<T> some, T one) {
            Set<T> more = new LinkedHashSet<>(some);
            more.add(one);
            return List.copyOf(more);
        }

        private static <T> List<T> without(List<T> some, T one) {
            List<T> left = new ArrayList<>(some);
            left.remove(one);
            return List.copyOf(left);
        }
    }

    private record Tail(View view, String last) {
        private static final Tail EMPTY = new Tail(new View(0, 1, List.of(), List.of()), "");
    }

    View read() {
        Tail tail = known();
        for (Optional<String> next = text(tail.view().next()); next.isPresent(); ) {
            tail = new Tail(decoded(tail.view(), next.get()), next.get());
            next = text(tail.view().next());
        }
        remembered = tail;
        return tail.view();
    }

    /// What was read before, while its last record is still there.
    private Tail known() {
        Tail tail = remembered;
        boolean isKnown = tail.view().next() == 0
                || text(tail.view().next() - 1).filter(tail.last()::equals).isPresent();
        return isKnown ? tail : Tail.EMPTY;
    }

    private Optional<String> text(long number) {
        return store.read(name(number), BYTES_MAX).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static BlobName name(long number) {
        return new BlobName(FOLDER + "/%020d".formatted(number));
    }

    private View decoded(View before, String text) {
        BlobName name = name(before.next());
        Matcher found = TEXT.matcher(text);
        if (!found.matches()) {
            throw new DamagedException("record " + name, "a record of a registry of version 1", "\"" + text + "\"");
        }
        String digest = digest(found.group(1));
        boolean isHere = found.group(2).equals(repository.toString())
                && found.group(3).equals(Long.toString(before.next()))
                && found.group(6).equals(digest);
        if (!isHere) {
            throw new DamagedException(
                    "record " + name, "repository " + repository + ", its own number and digest", "\"" + text + "\"");
        }
        try {
            return before.plus(found.group(4), found.group(5));
        } catch (IllegalArgumentException e) {
            throw new DamagedException(
                    "record " + name, "a kind and value of version 1", String.valueOf(e.getMessage()));
        }
    }

    private static String digest(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /// Registers a VM, before its log gets a record. The mark beside the registry comes after the VM's record and
    /// tells of it if it is lost.
    void register(VmId vm) {
        append(view -> view.vms().contains(vm) ? Optional.empty() : Optional.of("vm " + vm));
        BlobName mark = new BlobName(MARKS + "/" + vm);
        if (store.read(mark, 0).isEmpty()) {
            store.createOwn(mark, new byte[0]);
        }
    }

    void raise(long incarnation) {
        append(view ->
                view.incarnation() >= incarnation ? Optional.empty() : Optional.of("incarnation " + incarnation));
    }

    void begin(SessionId collection) {
        append(view -> view.collections().contains(collection)
                ? Optional.empty()
                : Optional.of("collection-begun " + collection));
    }

    void end(SessionId collection) {
        append(view -> view.collections().contains(collection)
                ? Optional.of("collection-ended " + collection)
                : Optional.empty());
    }

    /// The VMs that have a mark, for whoever cannot read the registry. Some may be missing.
    static List<VmId> marked(BlobStore store) {
        List<VmId> vms = new ArrayList<>();
        for (BlobName mark : store.list(MARKS)) {
            try {
                vms.add(VmId.of(mark.text().substring(MARKS.length() + 1)));
            } catch (IllegalArgumentException e) {
                // something else lies there
            }
        }
        return vms;
    }

    /// What {@link #read} says, if no mark and no later record tells that one is lost: nothing may be deleted then.
    View readWhole() {
        List<BlobName> marks = store.list(MARKS);
        List<BlobName> records = store.list(FOLDER);
        View view = read();
        Set<String> vms = view.vms().stream().map(VmId::toString).collect(Collectors.toSet());
        for (BlobName mark : marks) {
            String vm = mark.text().substring(MARKS.length() + 1);
            if (!vms.contains(vm)) {
                throw new DamagedException("registry", "a record of VM " + vm, "its mark alone");
            }
        }
        BlobName end = name(view.next());
        if (records.stream().anyMatch(each -> each.text().compareTo(end.text()) > 0)) {
            throw new DamagedException(end.text(), "a record, as later ones exist", "none");
        }
        return view;
    }

    /// Each record says something that holds from whoever it comes, so equal bytes of another are as good.
    private void append(Function<View, Optional<String>> decide) {
        for (int lost = 0; lost < RACES_LOST_MAX; lost++) {
            View view = read();
            Optional<String> said = decide.apply(view);
            if (said.isEmpty()) {
                return;
            }
            String text = "tidemark-registry 1\nrepository " + repository + "\nnumber " + view.next() + "\n"
                    + said.get() + "\n";
            byte[] record = (text + "sha256 " + digest(text) + "\n").getBytes(StandardCharsets.UTF_8);
            if (store.createOwn(name(view.next()), record)) {
                return;
            }
        }
        throw new RepositoryUnavailable(
                "registry: expected to win the next number within " + RACES_LOST_MAX + " tries, found it taken each"
                        + " time",
                null);
    }
}
