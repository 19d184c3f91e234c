package io.tidemark.agent.repository.tree;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.PackId;
import io.tidemark.agent.repository.Place;
import io.tidemark.agent.repository.RepositoryException;
import io.tidemark.agent.repository.SessionId;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A node of a tree.
public final class NodeTarget implements FuzzTarget {
    @Override
    public String name() {
        return "node";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(node(0, 1), node(1, 7), node(5, Shape.FAN_OUT));
    }

    private static byte[] node(int level, int count) {
        @Nullable Child[] children = new Child[Shape.FAN_OUT];
        for (int child = 0; child < count; child++) {
            PackId pack = new PackId(new SessionId(new UUID(1, child / 3)), child % 2);
            children[child] = new Child(Digest.of(new byte[] {(byte) child}), new Place(pack, 1000 + child));
        }
        return Node.of(level, children).encode();
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        try {
            Node node = Node.decode("node", bytes);
            Node again = Node.decode("node", node.encode());
            if (!Arrays.equals(again.encode(), node.encode())) {
                throw new IllegalStateException("another node when written again");
            }
            return true;
        } catch (RepositoryException refused) {
            return false;
        }
    }
}
