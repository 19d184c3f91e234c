package io.tidemark.agent.cli;

import io.tidemark.agent.export.VmView;
import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.VmHistory;
import io.tidemark.agent.repository.VmHistory.Entry;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.VmId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// Finds VMs and points by what a person types. A VM whose log is damaged hides no other.
final class Lookup {
    private static final int SHORT_CHARACTERS = 8;
    private static final int NAMED_MAX = 10;

    private final BlobRepository repository;
    private final List<VmHistory> histories = new ArrayList<>();
    private final List<DamagedException> damages = new ArrayList<>();

    Lookup(BlobRepository repository) {
        this.repository = repository;
        for (VmId vm : repository.vms()) {
            try {
                histories.add(VmHistory.of(repository, vm));
            } catch (DamagedException damaged) {
                damages.add(damaged);
            }
        }
    }

    BlobRepository repository() {
        return repository;
    }

    /// Those that can be read.
    List<VmHistory> histories() {
        return List.copyOf(histories);
    }

    /// What keeps the others from being read.
    List<DamagedException> damages() {
        return List.copyOf(damages);
    }

    /// By its id, an unambiguous beginning of it, or the name of its domain in its newest point.
    VmHistory vm(String typed) {
        List<VmHistory> named = histories.stream()
                .filter(history -> typed.equals(VmView.of(history).name()))
                .toList();
        List<VmHistory> found = named.isEmpty()
                ? histories.stream()
                        .filter(history -> isBeginning(typed, history.vm().toString()))
                        .toList()
                : named;
        return one(
                "VM " + typed,
                found,
                history -> history.vm().toString(),
                histories.stream().map(history -> VmView.of(history).title()).toList());
    }

    /// By its id or an unambiguous beginning of it.
    Entry point(String typed) {
        List<Entry> found = points().stream()
                .filter(entry -> isBeginning(typed, id(entry).toString()))
                .toList();
        List<String> known =
                points().stream().map(entry -> shortened(id(entry))).toList();
        return one("restore point " + typed, found, entry -> id(entry).toString(), known);
    }

    /// The VM that a point is of.
    VmView vmOf(Entry entry) {
        return histories.stream()
                .filter(history -> history.vm().equals(entry.point().key().vm()))
                .findFirst()
                .map(VmView::of)
                .orElseThrow();
    }

    private <T> T one(String what, List<T> found, Function<T, String> id, List<String> known) {
        if (found.size() == 1) {
            return found.getFirst();
        }
        if (found.size() > 1) {
            throw CommandFailure.failed(what + ": expected one, found " + found.size() + ": "
                    + String.join(", ", found.stream().map(id).toList()));
        }
        Optional<DamagedException> hidden = damages.stream().findFirst();
        if (hidden.isPresent()) {
            throw hidden.get();
        }
        String named = known.size() > NAMED_MAX
                ? known.subList(0, NAMED_MAX) + " and " + (known.size() - NAMED_MAX) + " others"
                : known.toString();
        throw CommandFailure.failed(what + ": expected one of " + named + ", found none of that id");
    }

    private static boolean isBeginning(String typed, String id) {
        return !typed.isEmpty() && id.startsWith(typed.toLowerCase(Locale.ROOT));
    }

    /// As few characters of the id as tell it from every other here, and at least eight.
    String shortened(RestorePointId point) {
        String id = point.toString();
        List<String> others = points().stream()
                .map(entry -> id(entry).toString())
                .filter(other -> !other.equals(id))
                .toList();
        int length = SHORT_CHARACTERS;
        while (length < id.length() && isAmbiguous(id.substring(0, length), others)) {
            length++;
        }
        return id.substring(0, length);
    }

    private static boolean isAmbiguous(String beginning, List<String> others) {
        return others.stream().anyMatch(other -> other.startsWith(beginning));
    }

    private List<Entry> points() {
        return histories.stream().flatMap(history -> history.points().stream()).toList();
    }

    private static RestorePointId id(Entry entry) {
        return entry.point().key().point();
    }
}
