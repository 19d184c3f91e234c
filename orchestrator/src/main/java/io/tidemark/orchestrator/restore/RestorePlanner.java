package io.tidemark.orchestrator.restore;

import io.tidemark.orchestrator.catalog.Catalog;
import io.tidemark.orchestrator.catalog.RestorePoint;
import io.tidemark.orchestrator.catalog.RestorePoint.Copy;
import io.tidemark.orchestrator.catalog.RestorePoint.CopyState;
import io.tidemark.orchestrator.host.Hosts;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.refusal.Given;
import io.tidemark.orchestrator.refusal.Refusal;
import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.command.AgentCommand.RestoreTarget;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.HostId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.vocabulary.ImageFormat;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Turns a request into an order against what is catalogued and known, or refuses it. Joins the caller's
/// transaction.
@ApplicationScoped
final class RestorePlanner {
    private final Catalog catalog;
    private final Hosts hosts;
    private final Supplier<UUID> ids;

    RestorePlanner(Catalog catalog, Hosts hosts, Supplier<UUID> ids) {
        this.catalog = catalog;
        this.hosts = hosts;
        this.ids = ids;
    }

    RestoreOrder plan(RestoreRequest request) {
        RestorePointId id = Given.required("point", request.point(), RestorePointId::of);
        RestorePoint named = catalog.point(id).orElseThrow(() -> new Refusal.NoSuch("restore point", id));
        hosts.lock(named.vm()); // retention takes a copy out of use under the same lock
        RestorePoint point = catalog.point(id).orElseThrow(() -> new Refusal.NoSuch("restore point", id));
        return new RestoreOrder(
                id,
                point.vm(),
                repository(point, Given.optional("repository", request.repository(), RepositoryId::new)),
                host(point, Given.optional("host", request.host(), HostId::of)),
                targets(point, request.disks()),
                newDomain(request.newDomain()));
    }

    private static RepositoryId repository(RestorePoint point, @Nullable RepositoryId wanted) {
        return point.copies().stream()
                .filter(copy -> copy.state() == CopyState.AVAILABLE)
                .map(Copy::repository)
                .filter(holder -> wanted == null || holder.equals(wanted))
                .findFirst()
                .orElseThrow(() -> new Refusal.Conflict(
                        "repository",
                        "one that holds an available copy of point " + point.id(),
                        wanted == null ? "none that does" : wanted.value()));
    }

    private HostId host(RestorePoint point, @Nullable HostId wanted) {
        if (wanted != null) {
            return hosts.byId(wanted)
                    .orElseThrow(() -> new Refusal.NoSuch("host", wanted))
                    .id();
        }
        HostId last = hosts.vm(point.vm()).map(Vm::host).orElse(null);
        if (last == null) {
            throw new Refusal.Invalid("host", "a host's id, as no host has the VM " + point.vm(), "none");
        }
        return last;
    }

    private static List<RestoreTarget> targets(RestorePoint point, @Nullable List<RestoreRequest.Target> wanted) {
        Set<String> held = point.disks().stream()
                .map(RestorePoint.DiskPart::target)
                .collect(Collectors.toCollection(TreeSet::new));
        if (wanted == null || wanted.isEmpty()) {
            throw new Refusal.Invalid("disks", "at least one of " + held, "none");
        }
        List<RestoreTarget> targets = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        for (int i = 0; i < wanted.size(); i++) {
            RestoreTarget target = target("disks[" + i + "]", wanted.get(i));
            if (!held.remove(target.target())) {
                throw new Refusal.Invalid(
                        "disks[" + i + "].target",
                        "each of the point's disks at most once, left " + held,
                        target.target());
            }
            if (!paths.add(target.path())) {
                throw new Refusal.Invalid("disks[" + i + "].path", "a path of its own", target.path());
            }
            targets.add(target);
        }
        return targets;
    }

    private static RestoreTarget target(String field, RestoreRequest.@Nullable Target given) {
        RestoreRequest.Target target = Given.required(field, given);
        String path = Given.required(field + ".path", target.path(), text -> text);
        if (!path.startsWith("/")) {
            throw new Refusal.Invalid(field + ".path", "an absolute path on the host", path);
        }
        return new RestoreTarget(
                Given.required(field + ".target", target.target(), text -> text),
                path,
                target.format() == null
                        ? ImageFormat.QCOW2
                        : Given.required(field + ".format", target.format(), RestorePlanner::format));
    }

    private static ImageFormat format(String text) {
        try {
            return ImageFormat.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("expected qcow2 or raw, found " + text, e);
        }
    }

    private @Nullable NewDomain newDomain(RestoreRequest.@Nullable Domain wanted) {
        if (wanted == null) {
            return null;
        }
        String name = Given.required("newDomain.name", wanted.name(), text -> text);
        if (name.isBlank() || name.contains("/")) {
            throw new Refusal.Invalid("newDomain.name", "a domain's name without a slash", "\"" + name + "\"");
        }
        return new NewDomain(name, new DomainUuid(ids.get()));
    }
}
