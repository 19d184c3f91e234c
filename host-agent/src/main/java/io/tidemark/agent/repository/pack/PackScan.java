package io.tidemark.agent.repository.pack;

import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Reads whole packs and checks every byte of them: by digests what is stored, and with a key also what it opens
/// to. Holds a few MiB of a pack at a time. Safe for use by many threads.
public final class PackScan {
    private static final int RANGE_BYTES_MAX = 4 << 20;

    private final PackReader packs;
    private final Optional<ContentIds> ids;

    /// @param ids makes the ids of chunks; empty if nothing is to be opened
    public PackScan(PackReader packs, Optional<ContentIds> ids) {
        this.packs = packs;
        this.ids = ids;
    }

    /// Takes what is wrong with a pack.
    public interface Damage {
        /// All of it, or what is none of its entries.
        void pack(PackId pack, DamagedException what);

        void entry(Place place, DamagedException what);
    }

    /// Reads one pack. True: nothing is wrong with it.
    ///
    /// @param read is told how many bytes were read, from time to time
    public boolean isWhole(PackId pack, LongConsumer read, Damage damage) {
        try {
            PackDirectory directory = packs.directory(pack);
            requireMagic(pack);
            boolean isWhole = true;
            try (Unpacker unpacker = new Unpacker(packs)) {
                ByteBuffer stored = ByteBuffer.allocateDirect((int) Math.min(RANGE_BYTES_MAX, directory.sizeBytes()));
                Look look = new Look(pack, directory, new Room(unpacker, stored), damage);
                for (int first = 0; first < directory.count(); ) {
                    int end = endOfRange(directory, first);
                    isWhole &= isRangeWhole(look, first, end);
                    read.accept(directory.offset(end) - directory.offset(first));
                    first = end;
                }
            }
            read.accept(directory.sizeBytes() - directory.offset(directory.count()) + directory.offset(0));
            return isWhole;
        } catch (DamagedException what) {
            damage.pack(pack, what);
            return false;
        }
    }

    private void requireMagic(PackId pack) {
        if (!Arrays.equals(packs.range(pack, 0, PackDirectory.MAGIC.length), PackDirectory.MAGIC)) {
            throw new DamagedException("pack " + pack, "the beginning of a pack of version 1", "other bytes");
        }
    }

    private static int endOfRange(PackDirectory directory, int first) {
        int end = first + 1;
        while (end < directory.count() && directory.offset(end + 1) - directory.offset(first) <= RANGE_BYTES_MAX) {
            end++;
        }
        return end;
    }

    /// At one pack.
    private record Look(PackId pack, PackDirectory directory, Room room, Damage damage) {}

    /// For what is stored of some entries, and for the content of one.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Room(Unpacker unpacker, ByteBuffer stored, byte[] content) {
        private Room(Unpacker unpacker, ByteBuffer stored) {
            this(unpacker, stored, new byte[PackLimits.CONTENT_BYTES_MAX]);
        }
    }

    private boolean isRangeWhole(Look look, int first, int end) {
        long from = look.directory().offset(first);
        ByteBuffer stored = look.room().stored();
        packs.range(
                look.pack(), from, stored.clear().limit((int) (look.directory().offset(end) - from)));
        boolean isWhole = true;
        for (int number = first; number < end; number++) {
            Place place = new Place(look.pack(), number);
            try {
                requireWhole(look, place, (int) (look.directory().offset(number) - from));
            } catch (DamagedException what) {
                look.damage().entry(place, what);
                isWhole = false;
            }
        }
        return isWhole;
    }

    private void requireWhole(Look look, Place place, int at) {
        DirectoryEntry entry = look.directory().entry(place.entry());
        if (entry == null) {
            throw new IllegalStateException(place + ": expected an entry of the directory");
        }
        LocatedEntry located = new LocatedEntry(place, entry, look.directory().offset(place.entry()));
        Room room = look.room();
        Digest found = Digest.of(room.stored(), at, entry.storedLength());
        if (!found.equals(entry.stored())) {
            throw located.damaged("stored bytes with the digest " + found);
        }
        if (look.directory().kind() == PackKind.CHUNKS && ids.isPresent()) {
            room.unpacker().unpack(located, room.stored(), at, room.content(), 0);
            Digest id = ids.get().of(room.content(), 0, entry.length());
            if (!id.equals(entry.id())) {
                throw located.damaged(id.hex());
            }
        }
    }
}
