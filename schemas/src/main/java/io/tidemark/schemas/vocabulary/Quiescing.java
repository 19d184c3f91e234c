package io.tidemark.schemas.vocabulary;

import io.tidemark.schemas.id.ScriptSetId;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a guest is brought to rest for the moment of a backup.
///
/// @param asked whether its file systems are to be frozen
/// @param mountpoints of the guest, the only ones to freeze; null for all
/// @param scripts the host's set to run around the freeze; null for none
public record Quiescing(
        boolean asked,
        @Nullable List<String> mountpoints,
        @Nullable ScriptSetId scripts) {
    /// How many mountpoints may be chosen.
    public static final int MOUNTPOINTS_MAX = 32;
    /// How long one may be.
    public static final int CHARACTERS_MAX = 1024;
    /// Nothing is frozen.
    public static final Quiescing NONE = new Quiescing(false, null, null);
    /// All that the guest has mounted is frozen, without scripts.
    public static final Quiescing ALL = new Quiescing(true, null, null);

    public Quiescing {
        mountpoints = mountpoints == null ? null : List.copyOf(mountpoints);
    }

    /// What breaks a rule.
    ///
    /// @param field its name in messages, with the place in a list
    /// @param found fit to be shown
    public record Fault(String field, String expected, String found) {
        @Override
        public String toString() {
            return field + ": expected " + expected + ", found " + found;
        }
    }

    /// The first fault, or empty.
    public Optional<Fault> fault() {
        if (!asked && mountpoints != null) {
            return Optional.of(new Fault("mountpoints", "none without quiesce", mountpoints.size() + " of them"));
        }
        if (!asked && scripts != null) {
            return Optional.of(new Fault("scripts", "none without quiesce", "\"" + scripts + "\""));
        }
        return mountpoints == null ? Optional.empty() : fault(mountpoints);
    }

    /// Throws an [IllegalArgumentException] that tells the first fault.
    public void require() {
        fault().ifPresent(fault -> {
            throw new IllegalArgumentException(fault.toString());
        });
    }

    private static Optional<Fault> fault(List<String> mountpoints) {
        if (mountpoints.isEmpty() || mountpoints.size() > MOUNTPOINTS_MAX) {
            return Optional.of(
                    new Fault("mountpoints", "1 to " + MOUNTPOINTS_MAX + " entries", mountpoints.size() + " entries"));
        }
        Set<String> known = new HashSet<>();
        for (int index = 0; index < mountpoints.size(); index++) {
            String field = "mountpoints[" + index + "]";
            String path = mountpoints.get(index);
            Optional<Fault> fault = fault(field, path);
            if (fault.isPresent()) {
                return fault;
            }
            if (!known.add(path)) {
                return Optional.of(new Fault(field, "each once", "\"" + path + "\" again"));
            }
        }
        return Optional.empty();
    }

    private static Optional<Fault> fault(String field, String path) {
        if (path.length() > CHARACTERS_MAX) {
            return Optional.of(
                    new Fault(field, "at most " + CHARACTERS_MAX + " characters", path.length() + " characters"));
        }
        int control = 0;
        while (control < path.length() && !Character.isISOControl(path.charAt(control))) {
            control++;
        }
        if (control < path.length()) {
            String found = "U+%04X after %d characters".formatted((int) path.charAt(control), control);
            return Optional.of(new Fault(field, "no control characters", found));
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
            return Optional.of(new Fault(field, "characters that UTF-8 has", "half of one"));
        }
        return path.startsWith("/")
                ? Optional.empty()
                : Optional.of(new Fault(field, "an absolute path of the guest, as /srv", "\"" + path + "\""));
    }
}
