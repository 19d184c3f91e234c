package io.tidemark.agent.repository.tree;

import io.tidemark.agent.repository.ContentIds;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException.DamagedException;
import io.tidemark.agent.repository.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A node of a tree. Stored big-endian:
///
/// ```
/// 1   level: 0 for a leaf, whose children are chunks
/// 1   p, the number of packs
/// 2   which children are there, child 0 in the lowest bit; at least one
/// 20p packs: session (16), number (4)
/// 35c a child, in order: id (32), its pack (1), its entry there (2)
/// ```
///
/// Its id says nothing of packs, so it is the same in every copy: the id of these bytes:
///
/// ```
/// 8   "TDMKNOD1"
/// 1   level
/// 2   which children are there
/// 32c ids of the children, in order
/// ```
public final class Node {
    private static final byte[] ID_MAGIC = "TDMKNOD1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES = 4;
    private static final int PACK_BYTES = 20;
    private static final int CHILD_BYTES = 35;
    private static final int ENTRY_MASK = 0xffff;

    private final int level;
    private final @Nullable Child[] children;

    private Node(int level, @Nullable Child[] children) {
        this.level = level;
        this.children = children;
    }

    /// @param children as many as there may be, null for a zero one
    static Node of(int level, @Nullable Child[] children) {
        return new Node(level, children.clone());
    }

    int level() {
        return level;
    }

    @Nullable
    Child child(int number) {
        return children[number];
    }

    boolean isZero() {
        return bitmap() == 0;
    }

    private int bitmap() {
        int bitmap = 0;
        for (int number = 0; number < children.length; number++) {
            bitmap |= children[number] == null ? 0 : 1 << number;
        }
        return bitmap;
    }

    /// Whether the other names the same children in the same places, which is more than to have the same id.
    boolean isSame(Node other) {
        return level == other.level && Arrays.equals(children, other.children);
    }

    /// @param ids of the repository
    Digest id(ContentIds ids) {
        ByteBuffer out = ByteBuffer.allocate(ID_MAGIC.length + 3 + Integer.bitCount(bitmap()) * Digest.LENGTH_BYTES);
        out.put(ID_MAGIC).put((byte) level).putShort((short) bitmap());
        for (Child child : children) {
            if (child != null) {
                child.id().write(out);
            }
        }
        return ids.of(out.array());
    }

    byte[] encode() {
        List<PackId> packs = packs();
        int count = Integer.bitCount(bitmap());
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + packs.size() * PACK_BYTES + count * CHILD_BYTES);
        out.put((byte) level).put((byte) packs.size()).putShort((short) bitmap());
        for (PackId pack : packs) {
            UUID session = pack.session().value();
            out.putLong(session.getMostSignificantBits()).putLong(session.getLeastSignificantBits());
            out.putInt(pack.number());
        }
        for (Child child : children) {
            if (child != null) {
                child.id().write(out);
                out.put((byte) packs.indexOf(child.place().pack()));
                out.putShort((short) child.place().entry());
            }
        }
        return out.array();
    }

    /// The packs of the children, each once.
    List<PackId> packs() {
        List<PackId> packs = new ArrayList<>();
        for (Child child : children) {
            if (child != null && !packs.contains(child.place().pack())) {
                packs.add(child.place().pack());
            }
        }
        return packs;
    }

    /// Reads a node whose bytes were not checked against an id yet.
    ///
    /// @param name says in errors which one it is
    static Node decode(String name, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEAD_BYTES) {
            throw new DamagedException(name, "a node", bytes.length + " bytes");
        }
        int level = in.get();
        int packs = in.get();
        int bitmap = Short.toUnsignedInt(in.getShort());
        int expected = HEAD_BYTES + packs * PACK_BYTES + Integer.bitCount(bitmap) * CHILD_BYTES;
        if (level < 0 || level >= Shape.LEVELS_MAX || packs < 1 || bitmap == 0 || bytes.length != expected) {
            throw new DamagedException(name, "a node of " + expected + " bytes", bytes.length + " bytes");
        }
        PackId[] table = new PackId[packs];
        for (int pack = 0; pack < packs; pack++) {
            SessionId session = new SessionId(new UUID(in.getLong(), in.getLong()));
            int number = in.getInt();
            if (number < 0) {
                throw new DamagedException(name, "a pack's number from 0", String.valueOf(number));
            }
            table[pack] = new PackId(session, number);
        }
        return new Node(level, children(name, in, bitmap, table));
    }

    private static @Nullable Child[] children(String name, ByteBuffer in, int bitmap, PackId[] table) {
        @Nullable Child[] children = new Child[Shape.FAN_OUT];
        for (int number = 0; number < children.length; number++) {
            if ((bitmap >>> number & 1) == 1) {
                Digest id = Digest.read(in);
                int pack = in.get();
                if (pack < 0 || pack >= table.length) {
                    throw new DamagedException(name, "one of " + table.length + " packs", String.valueOf(pack));
                }
                children[number] = new Child(id, new Place(table[pack], in.getShort() & ENTRY_MASK));
            }
        }
        return children;
    }

    @Override
    public String toString() {
        return "node of level " + level + " with "
                + Arrays.stream(children).filter(each -> each != null).count() + " children";
    }
}
