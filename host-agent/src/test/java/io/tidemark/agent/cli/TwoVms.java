package io.tidemark.agent.cli;

import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.ChunkRange;
import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.FolderStorage;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.TestHosts;
import io.tidemark.agent.repository.WriteRequest;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import io.tidemark.schemas.vocabulary.Reason;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/// A repository with three points: two of `web`, which has two disks, the second an increment of the first; one of
/// `db`. No size is a multiple of a chunk or of a sector.
final class TwoVms {
    static final VmId WEB = VmId.of("11111111-0000-4000-8000-000000000001");
    static final VmId DB = VmId.of("22222222-0000-4000-8000-000000000001");
    static final String FIRST = "aaaaaaaa-0000-4000-8000-000000000001";
    static final String SECOND = "aaaaaaaa-1000-4000-8000-000000000002";
    static final String OTHER = "bbbbbbbb-0000-4000-8000-000000000003";
    static final byte[] VDA = disk(1, 2 * 1024 * 1024 + 777);
    static final byte[] VDB = disk(2, 700 * 1000 + 1);
    static final byte[] SECOND_VDA = changed(VDA, 70_000);
    static final byte[] SECOND_VDB = changed(VDB, VDB.length - 1);
    static final byte[] OTHER_VDA = disk(3, 300 * 1000 + 13);

    private TwoVms() {}

    static BlobRepository write(Path folder) {
        BlobRepository repository = fresh(folder);
        repository.create();
        return write(repository);
    }

    /// One that is not created yet.
    static BlobRepository fresh(Path folder) {
        var access = FolderStorage.Access.CLEAR.signingAs(TestHosts.SELF);
        return new BlobRepository(FolderStorage.of(folder, access, UUID::randomUUID, InstantSource.system()));
    }

    static BlobRepository write(BlobRepository repository) {
        point(repository, whole(WEB, 1, FIRST, List.of(VDA, VDB)), "web", List.of(VDA, VDB));
        WriteRequest base = whole(WEB, 2, SECOND, List.of(VDA, VDB));
        WriteRequest increment = new WriteRequest(
                WEB, base.tracker(), RestorePointId.of(FIRST), base.attempt(), base.point(), base.disks());
        increment(repository, increment);
        point(repository, whole(DB, 3, OTHER, List.of(OTHER_VDA)), "db", List.of(OTHER_VDA));
        return repository;
    }

    /// One more point of `web`, which differs from the first, in a repository that was written.
    static BlobRepository differential(Path folder, String point) {
        BlobRepository repository = fresh(folder);
        WriteRequest base = whole(WEB, 4, point, List.of(VDA, VDB));
        List<DiskDescription> disks = base.disks().stream()
                .map(disk -> new DiskDescription(
                        disk.disk(),
                        disk.target(),
                        disk.sizeBytes(),
                        Level.INCREMENTAL,
                        Reason.DIFFERENTIAL,
                        disk.imageIdentity()))
                .toList();
        increment(
                repository,
                new WriteRequest(WEB, base.tracker(), RestorePointId.of(FIRST), base.attempt(), base.point(), disks));
        return repository;
    }

    /// Random bytes, text that packs well, and holes.
    private static byte[] disk(long seed, int sizeBytes) {
        byte[] disk = new byte[sizeBytes];
        new Random(seed).nextBytes(disk);
        Arrays.fill(disk, sizeBytes / 4, sizeBytes / 2, (byte) 0);
        Arrays.fill(disk, sizeBytes / 2, sizeBytes * 3 / 4, (byte) 'a');
        return disk;
    }

    private static byte[] changed(byte[] disk, int at) {
        byte[] changed = disk.clone();
        changed[at] ^= 1;
        return changed;
    }

    static String xml(String name) {
        return """
                <domain type='qemu' id='7'>
                  <name>%s</name>
                  <uuid>6a1f0f2e-0000-4000-8000-000000000009</uuid>
                  <memory unit='MiB'>16</memory>
                  <os><type arch='x86_64'>hvm</type></os>
                  <devices>
                    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/old/a.qcow2'/>
                      <target dev='vda' bus='virtio'/><serial>WD-1</serial></disk>
                    <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/old/b.qcow2'/>
                      <target dev='vdb' bus='virtio'/></disk>
                  </devices>
                </domain>""".formatted(name);
    }

    private static WriteRequest whole(VmId vm, int number, String point, List<byte[]> disks) {
        List<DiskDescription> descriptions = new ArrayList<>();
        for (int disk = 0; disk < disks.size(); disk++) {
            Level level = number == 2 ? Level.INCREMENTAL : Level.FULL;
            Reason reason = number == 2 ? null : Reason.FIRST_BACKUP;
            descriptions.add(new DiskDescription(
                    id(disk), "vd" + (char) ('a' + disk), disks.get(disk).length, level, reason, "image-" + disk));
        }
        return request(vm, number, point, descriptions);
    }

    static WriteRequest request(VmId vm, int number, String point, List<DiskDescription> disks) {
        return new WriteRequest(
                vm, new TrackerId("default"), null, new Attempt(1, number), RestorePointId.of(point), disks);
    }

    static DiskId id(int disk) {
        return new DiskId(new UUID(2, disk));
    }

    static void point(BlobRepository repository, WriteRequest request, String name, List<byte[]> disks) {
        try (WriteSession session = repository.openWrite(request)) {
            for (int disk = 0; disk < disks.size(); disk++) {
                put(session, id(disk), disks.get(disk));
            }
            session.seal(description(request, name));
            session.commit();
        }
    }

    private static void put(WriteSession session, DiskId disk, byte[] bytes) {
        for (long index = 0; index < Chunks.count(bytes.length); index++) {
            chunk(session, disk, bytes, index);
        }
    }

    private static void chunk(WriteSession session, DiskId disk, byte[] bytes, long index) {
        int start = (int) index * Chunks.SIZE_BYTES;
        session.putChunk(disk, index, ByteBuffer.wrap(bytes, start, Chunks.lengthBytes(bytes.length, index)));
    }

    private static void increment(BlobRepository repository, WriteRequest request) {
        try (WriteSession session = repository.openWrite(request)) {
            session.keep(id(0), new ChunkRange(0, Chunks.count(VDA.length)));
            session.keep(id(1), new ChunkRange(0, Chunks.count(VDB.length)));
            chunk(session, id(0), SECOND_VDA, 1);
            chunk(session, id(1), SECOND_VDB, Chunks.count(VDB.length) - 1);
            session.seal(description(request, "web"));
            session.commit();
        }
    }

    private static PointDescription description(WriteRequest request, String name) {
        Instant takenAt = Instant.parse("2026-01-02T03:04:05Z")
                .plusSeconds(3600 * request.attempt().sequence());
        return new PointDescription(takenAt, Consistency.CRASH, xml(name));
    }
}
