package io.tidemark.agent.restore;

import io.tidemark.agent.repository.Chunks;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.WriteRequest;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Level;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/// A point of one VM with disks `vda`, `vdb`, ... of given bytes.
final class RestorePoints {
    static final VmId VM = new VmId(new UUID(1, 1));
    static final RestorePointId POINT = new RestorePointId(new UUID(3, 1));
    static final String DOMAIN_XML = """
            <domain type='qemu' id='7'>
              <name>old</name>
              <uuid>6a1f0f2e-0000-4000-8000-000000000009</uuid>
              <memory unit='MiB'>16</memory>
              <os><type arch='x86_64'>hvm</type></os>
              <devices>
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/old/a.qcow2'/>
                  <target dev='vda' bus='virtio'/></disk>
                <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/old/b.qcow2'/>
                  <target dev='vdb' bus='virtio'/></disk>
              </devices>
            </domain>""";

    private RestorePoints() {}

    /// Random bytes, text that packs well, and holes, of a size that is no multiple of a chunk.
    static byte[] disk(long seed, int sizeBytes) {
        byte[] disk = new byte[sizeBytes];
        Random random = new Random(seed);
        random.nextBytes(disk);
        Arrays.fill(disk, sizeBytes / 4, sizeBytes / 2, (byte) 0);
        for (int at = sizeBytes / 2; at < sizeBytes * 3 / 4; at++) {
            disk[at] = (byte) ('a' + at / 1000 % 26);
        }
        return disk;
    }

    static void write(Repository repository, byte[]... disks) {
        write(repository, DOMAIN_XML, disks);
    }

    static void write(Repository repository, String domainXml, byte[]... disks) {
        repository.create();
        List<DiskDescription> descriptions = IntStream.range(0, disks.length)
                .mapToObj(number -> new DiskDescription(
                        id(number), "vd" + (char) ('a' + number), disks[number].length, Level.FULL, null, "image"))
                .toList();
        WriteRequest request =
                new WriteRequest(VM, new TrackerId("default"), null, new Attempt(1, 1), POINT, descriptions);
        try (WriteSession session = repository.openWrite(request)) {
            for (int number = 0; number < disks.length; number++) {
                for (long index = 0; index < Chunks.count(disks[number].length); index++) {
                    session.putChunk(id(number), index, ByteBuffer.wrap(chunk(disks[number], index)));
                }
            }
            session.seal(new PointDescription(Instant.parse("2026-01-02T03:04:05Z"), Consistency.CRASH, domainXml));
            session.commit();
        }
    }

    private static DiskId id(int number) {
        return new DiskId(new UUID(2, number));
    }

    private static byte[] chunk(byte[] disk, long index) {
        int start = (int) index * Chunks.SIZE_BYTES;
        return Arrays.copyOfRange(disk, start, start + Chunks.lengthBytes(disk.length, index));
    }
}
