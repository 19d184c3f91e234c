package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.log.LogRecord.Closed;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.Opened;
import io.tidemark.agent.repository.log.LogRecord.Raised;
import io.tidemark.agent.repository.log.LogRecord.Removed;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.RestorePointId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a VM's log says up to one record. Filled by {@link VmLog} only.
public final class LogView {
    /// A commit and the digest of its record.
    public record Commit(Committed record, Digest digest) {}

    private final Map<RestorePointId, Commit> commits = new LinkedHashMap<>();
    private final Set<RestorePointId> removed = new HashSet<>();
    private final Set<Attempt> closed = new HashSet<>();
    private final List<Opened> opened = new ArrayList<>();
    private @Nullable Attempt newest;
    private long incarnation;

    /// This view with one more record: a new one if this is the one that others `read` already.
    LogView and(LogRecord entry, Digest digest, LogView read) {
        LogView more = this == read ? copy() : this;
        more.add(entry, digest);
        return more;
    }

    private LogView copy() {
        LogView copy = new LogView();
        copy.commits.putAll(commits);
        copy.removed.addAll(removed);
        copy.closed.addAll(closed);
        copy.opened.addAll(opened);
        copy.newest = newest;
        copy.incarnation = incarnation;
        return copy;
    }

    private void add(LogRecord entry, Digest digest) {
        switch (entry) {
            case Opened open -> {
                opened.add(open);
                see(open.attempt());
            }
            case Committed commit -> {
                commits.put(commit.point(), new Commit(commit, digest));
                see(commit.attempt());
            }
            case Removed(RestorePointId point) -> removed.add(point);
            case Closed(Attempt attempt) -> {
                closed.add(attempt);
                see(attempt);
            }
            case Raised(long raised) -> incarnation = Math.max(incarnation, raised);
        }
    }

    private void see(Attempt attempt) {
        if (newest == null || attempt.compareTo(newest) > 0) {
            newest = attempt;
        }
    }

    /// Every commit there ever was, in order.
    public Collection<Commit> commits() {
        return commits.values();
    }

    /// The commits of points that still exist, in order.
    public List<Commit> remaining() {
        return commits.values().stream()
                .filter(commit -> !isRemoved(commit.record().point()))
                .toList();
    }

    public Optional<Commit> remaining(RestorePointId point) {
        return isRemoved(point) ? Optional.empty() : Optional.ofNullable(commits.get(point));
    }

    public Optional<Commit> committed(Attempt attempt) {
        return commits.values().stream()
                .filter(c -> c.record().attempt().equals(attempt))
                .findFirst();
    }

    public boolean isCommitted(RestorePointId point) {
        return commits.containsKey(point);
    }

    public boolean isRemoved(RestorePointId point) {
        return removed.contains(point);
    }

    public boolean isClosed(Attempt attempt) {
        return closed.contains(attempt);
    }

    /// What attempts began to write, committed or not.
    public List<Opened> opened() {
        return List.copyOf(opened);
    }

    public @Nullable Attempt newest() {
        return newest;
    }

    public long incarnation() {
        return incarnation;
    }
}
