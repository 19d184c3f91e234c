package io.tidemark.agent.repository;

import io.tidemark.agent.repository.StressHistory.Doing;
import io.tidemark.agent.repository.blob.BlobName;
import io.tidemark.agent.repository.blob.BlobStore;
import io.tidemark.agent.repository.blob.MemoryBlobs;
import io.tidemark.agent.repository.blob.PassedOnBlobs;
import io.tidemark.agent.repository.crypto.RepositoryKeys;
import io.tidemark.agent.repository.log.ContentSeal;
import io.tidemark.agent.repository.log.LogKey;
import io.tidemark.agent.repository.log.LogRecord;
import io.tidemark.agent.repository.log.LogRecord.Opened;
import io.tidemark.agent.repository.log.LogRecord.ReadOpened;
import io.tidemark.agent.repository.log.LogRecord.SessionClosed;
import io.tidemark.agent.repository.log.LogView.Session;
import io.tidemark.agent.repository.log.VmLog;
import io.tidemark.schemas.id.VmId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Shows registry and logs to a collection, at each of its looks at all of them, as they are not. Such a look
/// begins with the listing of the registered VMs and ends with the next thing that is made or deleted.
final class AlteredLooks extends PassedOnBlobs {
    private static final String VMS = "registry/vms";

    private final StressHistory history;
    private final Alteration alteration;
    /// By what is under way at which depth, as collections meet.
    private final Map<Integer, MemoryBlobs> looks = new HashMap<>();

    /// What is other than the truth.
    interface Alteration {
        void alter(MemoryBlobs copy, StressHistory history);
    }

    AlteredLooks(BlobStore below, StressHistory history, Alteration alteration) {
        super(below);
        this.history = history;
        this.alteration = alteration;
    }

    static UUID repository(StressHistory history) {
        return Header.decode(history.objects.read(Header.NAME, Header.BYTES_MAX).orElseThrow())
                .id();
    }

    private static VmLog log(MemoryBlobs copy, StressHistory history, VmId vm) {
        var signatures = new HostSignatures(copy, repository(history), RepositoryKeys.none(), null);
        return new VmLog(copy, new LogKey(repository(history), vm), ContentSeal.NONE, signatures);
    }

    static void endWriters(MemoryBlobs copy, StressHistory history) {
        history.vms.forEach(vm -> end(log(copy, history, vm), each -> each.opening() instanceof Opened));
    }

    static void endReaders(MemoryBlobs copy, StressHistory history) {
        history.vms.forEach(vm -> end(log(copy, history, vm), each -> each.opening() instanceof ReadOpened));
    }

    private static void end(VmLog log, Predicate<Session> isEnded) {
        log.read().openSessions().stream()
                .filter(isEnded)
                .map(each -> new SessionClosed(each.opening().session()))
                .forEach(closed -> append(log, closed));
    }

    private static void append(VmLog log, LogRecord record) {
        var _ = log.append(_ -> Optional.of(record));
    }

    static void forgetVm(MemoryBlobs copy, StressHistory history) {
        copy.objects.keySet().removeIf(name -> name.startsWith("registry/"));
        Registry registry = new Registry(copy, repository(history));
        history.vms.subList(1, history.vms.size()).forEach(registry::register);
    }

    static void forgetVmAndEndItsSessions(MemoryBlobs copy, StressHistory history) {
        forgetVm(copy, history);
        VmLog other = log(copy, history, history.vms.getLast());
        for (Session session : log(copy, history, history.vms.getFirst()).read().sessions()) {
            append(other, session.opening());
            append(other, new SessionClosed(session.opening().session()));
        }
    }

    private @Nullable MemoryBlobs look(String name) {
        boolean isSeen =
                history.doing() == Doing.COLLECTING && (name.startsWith("vms/") || name.startsWith("registry"));
        return isSeen ? looks.get(history.depth()) : null;
    }

    private void endLook() {
        if (history.doing() == Doing.COLLECTING) {
            looks.remove(history.depth());
        }
    }

    @Override
    public List<BlobName> list(String folder) {
        if (folder.equals(VMS)) {
            MemoryBlobs copy = new MemoryBlobs();
            copy.objects.putAll(history.objects.objects);
            alteration.alter(copy, history);
            looks.put(history.depth(), copy);
        }
        MemoryBlobs seen = look(folder);
        return seen == null ? super.list(folder) : seen.list(folder);
    }

    @Override
    public Optional<byte[]> read(BlobName name, int bytesMax) {
        MemoryBlobs seen = look(name.text());
        return seen == null ? super.read(name, bytesMax) : seen.read(name, bytesMax);
    }

    @Override
    public Creation createIfAbsent(BlobName name, byte[] content) {
        MemoryBlobs seen = look(name.text());
        if (seen != null && seen.read(name, Integer.MAX_VALUE).isPresent()) {
            return seen.createIfAbsent(name, content);
        }
        endLook();
        return super.createIfAbsent(name, content);
    }

    @Override
    public void delete(BlobName name) {
        endLook();
        super.delete(name);
    }
}
