package io.tidemark.agent.script;

import io.tidemark.schemas.id.ScriptSetId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/// The two executables of one set, in a folder of the set's name. They are run only if nobody but root and the
/// agent's own user could have put them there.
record ScriptSet(Path preFreeze, Path postThaw) {
    private static final int TYPE_BITS = 0170000;
    private static final int FOLDER = 0040000;
    private static final int FILE = 0100000;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int ROOT = 0;

    /// Looks at the folders and both scripts; a [ScriptException] names the first that will not do.
    ///
    /// @param root the folder that the operator's setting names
    static ScriptSet of(Path root, ScriptSetId id) {
        try {
            Path real = root.toRealPath();
            Path folder = real.resolve(id.value());
            int user = (Integer) Objects.requireNonNull(
                    Files.getAttribute(Path.of("/proc/self"), "unix:uid")); // the process's folder, past the link
            require(real, FOLDER, user);
            require(folder, FOLDER, user);
            return new ScriptSet(script(folder, "pre-freeze", user), script(folder, "post-thaw", user));
        } catch (IOException unreadable) {
            throw new ScriptException(
                    "scripts folder " + root + ": expected to read it, found " + unreadable.getMessage());
        }
    }

    private static Path script(Path folder, String name, int user) throws IOException {
        Path script = folder.resolve(name);
        require(script, FILE, user);
        if (!Files.isExecutable(script)) {
            throw new ScriptException("script " + script + ": expected it executable, found mode "
                    + Integer.toOctalString(number(script, "mode") & 07777));
        }
        return script;
    }

    private static void require(Path path, int type, int user) throws IOException {
        String what = type == FOLDER ? "a folder" : "a file";
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new ScriptException("script " + path + ": expected " + what + ", found none");
        }
        int mode = number(path, "mode");
        int owner = number(path, "uid");
        if ((mode & TYPE_BITS) != type) {
            throw new ScriptException("script " + path + ": expected " + what + " that is no link, found another kind");
        }
        if (owner != ROOT && owner != user) {
            throw new ScriptException("script " + path + ": expected root or the agent's user " + user
                    + " to own it, found user " + owner);
        }
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            throw new ScriptException("script " + path + ": expected only its owner to be able to write it, found mode "
                    + Integer.toOctalString(mode & 07777));
        }
    }

    /// From the attributes that the JDK has on Unix beside those of POSIX.
    private static int number(Path path, String attribute) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
        return (Integer) Objects.requireNonNull(found.get(attribute));
    }
}
