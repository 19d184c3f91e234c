package io.tidemark.agent.repository.log;

import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.Hold;
import io.tidemark.agent.repository.SessionId;
import io.tidemark.agent.repository.log.LogRecord.AttemptClosed;
import io.tidemark.agent.repository.log.LogRecord.Committed;
import io.tidemark.agent.repository.log.LogRecord.Fence;
import io.tidemark.agent.repository.log.LogRecord.Held;
import io.tidemark.agent.repository.log.LogRecord.Opened;
import io.tidemark.agent.repository.log.LogRecord.Opening;
import io.tidemark.agent.repository.log.LogRecord.Pruned;
import io.tidemark.agent.repository.log.LogRecord.Raised;
import io.tidemark.agent.repository.log.LogRecord.Released;
import io.tidemark.agent.repository.log.LogRecord.Repacked;
import io.tidemark.agent.repository.log.LogRecord.SessionClosed;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.HoldId;
import io.tidemark.schemas.id.RestorePointId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a VM's log says up to one record. Never changes; {@link VmLog} makes the next one of it.
public final class LogView {
    static final LogView EMPTY = new LogView();
    private static final long NO_FENCE = -1;
    private static final Digest NOT_WRITTEN = new Digest(0, 0, 0, 0);

    /// A record, its place in the log, and the digest of its bytes.
    public record Entry(long number, Digest digest, LogRecord record) {}

    /// A commit, with the newest layout of its point, the number of its record, and the digest of the record's
    /// bytes.
    public record Commit(Committed record, long number, Digest digest) {}

    /// A session and the number of the record that opened it.
    public record Session(Opening opening, long number) {}

    private final Map<RestorePointId, Commit> commits = new LinkedHashMap<>();
    private final Map<SessionId, Session> sessions = new LinkedHashMap<>();
    private final Set<RestorePointId> pruned = new HashSet<>();
    private final Map<HoldId, Hold> holds = new LinkedHashMap<>();
    private final Set<SessionId> closedSessions = new HashSet<>();
    private final Set<Attempt> closedAttempts = new HashSet<>();
    private @Nullable Commit newestCommit;
    private @Nullable Attempt newestAttempt;
    private @Nullable Digest last;
    private long incarnation;
    private long fence = NO_FENCE;
    private long next;

    private LogView() {}

    /// This view with the records that follow it.
    LogView plus(List<Entry> entries) {
        if (entries.isEmpty()) {
            return this;
        }
        LogView more = copy();
        entries.forEach(more::add);
        return more;
    }

    /// This view as if these records followed it. What it says of the newest record is not to be relied on.
    public LogView supposing(List<LogRecord> records) {
        LogView supposed = copy();
        records.forEach(record -> supposed.add(new Entry(supposed.next, NOT_WRITTEN, record)));
        return supposed;
    }

    private LogView copy() {
        LogView copy = new LogView();
        copy.commits.putAll(commits);
        copy.sessions.putAll(sessions);
        copy.pruned.addAll(pruned);
        copy.holds.putAll(holds);
        copy.closedSessions.addAll(closedSessions);
        copy.closedAttempts.addAll(closedAttempts);
        copy.newestCommit = newestCommit;
        copy.newestAttempt = newestAttempt;
        copy.last = last;
        copy.incarnation = incarnation;
        copy.fence = fence;
        copy.next = next;
        return copy;
    }

    private void add(Entry entry) {
        if (entry.number() != next) {
            throw new IllegalArgumentException("Log: expected record " + next + ", found " + entry.number());
        }
        next++;
        last = entry.digest();
        switch (entry.record()) {
            case Opening opening -> open(new Session(opening, entry.number()));
            case Committed commit -> commit(new Commit(commit, entry.number(), entry.digest()));
            case Repacked repacked -> repack(repacked);
            case Pruned(RestorePointId point) -> pruned.add(point);
            case Held(Hold hold) -> holds.put(hold.id(), hold);
            case Released(HoldId hold) -> holds.remove(hold);
            case Fence _ -> fence = entry.number();
            case SessionClosed(SessionId session) -> closedSessions.add(session);
            case AttemptClosed(Attempt attempt) -> {
                closedAttempts.add(attempt);
                see(attempt);
            }
            case Raised(long raised) -> incarnation = Math.max(incarnation, raised);
        }
    }

    private void open(Session session) {
        sessions.putIfAbsent(session.opening().session(), session);
        if (session.opening() instanceof Opened opened) {
            see(opened.attempt());
        }
    }

    private void commit(Commit commit) {
        commits.putIfAbsent(commit.record().point(), commit);
        newestCommit = commit;
        see(commit.record().attempt());
    }

    /// Number and digest stay those of the commit: it says what the point is, wherever it lies.
    private void repack(Repacked repacked) {
        commits.computeIfPresent(
                repacked.point(),
                (_, commit) -> new Commit(repacked.applied(commit.record()), commit.number(), commit.digest()));
    }

    private void see(Attempt attempt) {
        if (newestAttempt == null || attempt.compareTo(newestAttempt) > 0) {
            newestAttempt = attempt;
        }
    }

    /// The number that the next record takes.
    public long next() {
        return next;
    }

    /// The digest of the newest record; empty if there is none.
    public Optional<Digest> last() {
        return Optional.ofNullable(last);
    }

    /// Every commit there ever was, in order.
    public List<Commit> commits() {
        return List.copyOf(commits.values());
    }

    /// The commits that no record prunes, in order.
    public List<Commit> points() {
        return commits.values().stream()
                .filter(commit -> !isPruned(commit.record().point()))
                .toList();
    }

    /// The commit of a point that no record prunes.
    public Optional<Commit> point(RestorePointId point) {
        return isPruned(point) ? Optional.empty() : commit(point);
    }

    /// The commit of a point, pruned or not.
    public Optional<Commit> commit(RestorePointId point) {
        return Optional.ofNullable(commits.get(point));
    }

    public Optional<Commit> committed(Attempt attempt) {
        return commits.values().stream()
                .filter(commit -> commit.record().attempt().equals(attempt))
                .findFirst();
    }

    /// What the next commit names as its `previousCommit`.
    public Optional<Commit> newestCommit() {
        return Optional.ofNullable(newestCommit);
    }

    public boolean isPruned(RestorePointId point) {
        return pruned.contains(point);
    }

    /// The holds that nobody has released, in the order in which they were made.
    public List<Hold> holds() {
        return List.copyOf(holds.values());
    }

    /// Every session there ever was, in the order of their opening.
    public List<Session> sessions() {
        return List.copyOf(sessions.values());
    }

    /// The sessions that nobody has closed, in the order of their opening.
    public List<Session> openSessions() {
        return sessions.values().stream()
                .filter(session -> isOpen(session.opening().session()))
                .toList();
    }

    public Optional<Session> session(SessionId session) {
        return Optional.ofNullable(sessions.get(session));
    }

    /// Whether a session was opened and neither it nor its attempt was closed.
    public boolean isOpen(SessionId session) {
        return sessions.containsKey(session) && !isClosed(session);
    }

    /// Whether a session was closed, or its attempt was. One that was closed is not opened by a later record.
    public boolean isClosed(SessionId session) {
        Session known = sessions.get(session);
        return closedSessions.contains(session)
                || (known != null
                        && known.opening() instanceof Opened opened
                        && closedAttempts.contains(opened.attempt()));
    }

    public boolean isClosed(Attempt attempt) {
        return closedAttempts.contains(attempt);
    }

    /// The greatest attempt that a record names.
    public Optional<Attempt> newestAttempt() {
        return Optional.ofNullable(newestAttempt);
    }

    /// The greatest incarnation that a record raises to; 0 if none does.
    public long incarnation() {
        return incarnation;
    }

    /// Whether a fence lies behind the record of that number.
    public boolean isFencedAfter(long number) {
        return fence > number;
    }
}
