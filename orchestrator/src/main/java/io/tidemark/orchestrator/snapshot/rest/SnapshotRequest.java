package io.tidemark.orchestrator.snapshot.rest;

import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.orchestrator.snapshot.SnapshotWish;
import io.tidemark.orchestrator.snapshot.SnapshotWish.OfVm;
import io.tidemark.orchestrator.snapshot.SnapshotWish.OfVolumes;
import io.tidemark.orchestrator.snapshot.SnapshotWish.Subject;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.SnapshotKind;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A snapshot as a person asks for it, before it is checked.
///
/// @param disks targets of the VM; all if they are left out
/// @param volumes paths on the host of volumes that no VM has, or POOL/VOLUME
/// @param mechanisms of single disks by target, or of volumes by path
/// @param deadline ISO 8601, waiting included
public record SnapshotRequest(
        @Nullable String vm,
        @Nullable String vmName,
        @Nullable List<@Nullable String> disks,
        @Nullable String host,
        @Nullable List<@Nullable String> volumes,
        @Nullable String name,
        @Nullable String description,
        @Nullable String kind,
        @Nullable String mechanism,
        @Nullable Map<String, @Nullable String> mechanisms,
        @Nullable Boolean quiesce,
        @Nullable Boolean memory,
        @Nullable String deadline) {
    private static final Duration DEADLINE_MAX = Duration.ofDays(30);

    SnapshotWish wish() {
        boolean isOfVm = host == null;
        return new SnapshotWish(
                isOfVm ? ofVm() : ofVolumes(),
                Given.optional("name", name, SnapshotName::new),
                description,
                Given.optional("kind", kind, text -> Given.word(text, SnapshotKind.values(), SnapshotKind::code)),
                mechanism("mechanism", mechanism),
                single(),
                quiesce == null ? isOfVm : quiesce,
                memory != null && memory,
                Given.optional("deadline", deadline, SnapshotRequest::duration),
                null);
    }

    private Subject ofVm() {
        if (volumes != null) {
            throw new Refusal.Invalid("host", "the host of the volumes", "none");
        }
        return new OfVm(Given.optional("vm", vm, VmId::of), vmName, disks == null ? null : texts("disks", disks));
    }

    private Subject ofVolumes() {
        if (vm != null || vmName != null || disks != null) {
            throw new Refusal.Invalid("host", "either a VM or a host with volumes", "both");
        }
        return new OfVolumes(
                Given.required("host", host, HostId::of), texts("volumes", Given.required("volumes", volumes)));
    }

    private Map<String, SnapshotMechanism> single() {
        Map<String, SnapshotMechanism> single = new LinkedHashMap<>();
        if (mechanisms != null) {
            mechanisms.forEach((of, code) -> {
                String field = "mechanisms." + of;
                single.put(of, Given.required(field, mechanism(field, code)));
            });
        }
        return single;
    }

    private static @Nullable SnapshotMechanism mechanism(String field, @Nullable String text) {
        return Given.optional(
                field, text, code -> Given.word(code, SnapshotMechanism.values(), SnapshotMechanism::code));
    }

    private static Duration duration(String text) {
        Duration length;
        try {
            length = Duration.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("expected an ISO 8601 duration, as PT30M, found " + text, e);
        }
        if (length.compareTo(Duration.ofSeconds(1)) < 0 || length.compareTo(DEADLINE_MAX) > 0) {
            throw new IllegalArgumentException("expected a second to " + DEADLINE_MAX + ", found " + text);
        }
        return length;
    }

    private static List<String> texts(String field, List<@Nullable String> some) {
        List<String> texts = new ArrayList<>();
        for (int place = 0; place < some.size(); place++) {
            texts.add(Given.required(field + "[" + place + "]", some.get(place), text -> text));
        }
        return texts;
    }
}
