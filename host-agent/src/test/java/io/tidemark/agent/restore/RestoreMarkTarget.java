package io.tidemark.agent.restore;

import io.tidemark.agent.fuzz.FuzzTarget;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// A mark that a restore has left.
public final class RestoreMarkTarget implements FuzzTarget {
    private static final Path FILE = Path.of("t.mark");

    @Override
    public String name() {
        return "restore-mark";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                bytes(new RestoreMark(1, 2, List.of(), null)),
                bytes(new RestoreMark(1200, 65536, List.of("1:2:3", "1:4:5"), "<domain>\ndomain\n</domain>\n")));
    }

    private static byte[] bytes(RestoreMark mark) {
        return mark.text().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        RestoreMark mark;
        try {
            mark = RestoreMark.parse(FILE, new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalStateException refused) {
            return false;
        }
        if (!RestoreMark.parse(FILE, mark.text()).equals(mark)) {
            throw new AssertionError("another mark when written again: " + mark.text());
        }
        return true;
    }
}
