package io.tidemark.agent.snapshot;

import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.SnapshotName;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.SnapshotAction;
import io.tidemark.schemas.vocabulary.SnapshotMechanism;
import io.tidemark.schemas.vocabulary.SnapshotMember;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A snapshot that is there or is to be, or a revert that is under way, written before anything is done: after
/// a death it tells which objects are ours. In a file, each word URL-encoded, so that no path can break a line:
///
/// ```
/// tidemark snapshot 1 create             or revert
/// of 3f2504e0-4f89-41d3-9a0c-000000000040 before-upgrade    the domain, or `-`, and the name
/// memory                                 only if the guest's memory goes with it
/// ran                                    only if the VM ran before it was begun
/// member qcow2-overlay vda /images/a.qcow2 name /images/a.name.qcow2 namespace      `-` for none
/// taken 2026-01-02T03:04:05Z crash 0 12 340 560    once all members are taken; see [Figures]
/// ```
///
/// @param action what is done with it; giving up needs no record
/// @param members of a revert, those that are to be put back still: all or, at the end, none
/// @param domain null for volumes that no VM has
/// @param wasRunning whether the VM ran before it was begun; after a revert it is to run again
/// @param figures null until all members are taken
record SnapshotRecord(
        SnapshotAction action,
        @Nullable DomainUuid domain,
        SnapshotName name,
        boolean memory,
        List<SnapshotMember> members,
        boolean wasRunning,
        @Nullable Figures figures) {
    private static final String HEAD = "tidemark snapshot 1 ";
    private static final String MEMORY = "memory";
    private static final String RAN = "ran";
    private static final String NONE = "-";
    private static final int OF_WORDS = 3;
    private static final int MEMBER_WORDS = 7;
    private static final int TAKEN_WORDS = 7;

    SnapshotRecord {
        members = List.copyOf(members);
    }

    /// How the moment went.
    ///
    /// @param skewMicros from the begin of the first act that took a member to the end of the last; 0 if one act
    ///     took all
    record Figures(
            Instant takenAt,
            Consistency consistency,
            long freezeMillis,
            long pauseMillis,
            long skewMicros,
            long durationMillis) {
        Figures lasting(long millis) {
            return new Figures(takenAt, consistency, freezeMillis, pauseMillis, skewMicros, millis);
        }
    }

    /// The figures once all members are taken.
    Optional<Figures> taken() {
        return Optional.ofNullable(figures);
    }

    /// The same with only what was begun.
    SnapshotRecord of(List<SnapshotMember> begun) {
        return new SnapshotRecord(action, domain, name, memory, begun, wasRunning, figures);
    }

    /// A revert of which nothing is left but to start the VM again.
    SnapshotRecord putBack() {
        return of(List.of());
    }

    SnapshotRecord with(Figures measured) {
        return new SnapshotRecord(action, domain, name, memory, members, wasRunning, measured);
    }

    String text() {
        StringBuilder out = new StringBuilder(HEAD).append(action.code()).append('\n');
        line(out, "of", domain == null ? NONE : domain.toString(), name.value());
        if (memory) {
            out.append(MEMORY).append('\n');
        }
        if (wasRunning) {
            out.append(RAN).append('\n');
        }
        for (SnapshotMember member : members) {
            line(
                    out,
                    "member",
                    member.mechanism().code(),
                    word(member.target()),
                    word(member.volume()),
                    word(member.storageName()),
                    word(member.newFile()),
                    word(member.namespace()));
        }
        if (figures != null) {
            line(
                    out,
                    "taken",
                    figures.takenAt().toString(),
                    figures.consistency().code(),
                    String.valueOf(figures.freezeMillis()),
                    String.valueOf(figures.pauseMillis()),
                    String.valueOf(figures.skewMicros()),
                    String.valueOf(figures.durationMillis()));
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String... words) {
        out.append(String.join(" ", words)).append('\n');
    }

    /// @param from for messages
    static SnapshotRecord parse(String from, String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.getFirst().startsWith(HEAD)) {
            throw damaged(from, HEAD, lines.isEmpty() ? "nothing" : lines.getFirst());
        }
        List<String[]> rest =
                lines.stream().skip(1).map(line -> line.split(" ", -1)).toList();
        if (rest.isEmpty() || !rest.getFirst()[0].equals("of") || rest.getFirst().length != OF_WORDS) {
            throw damaged(from, "of with domain and name", text);
        }
        String[] of = rest.getFirst();
        List<SnapshotMember> members = new ArrayList<>();
        boolean memory = false;
        boolean wasRunning = false;
        Figures figures = null;
        for (String[] words : rest.subList(1, rest.size())) {
            switch (words[0] + "/" + words.length) {
                case MEMORY + "/1" -> memory = true;
                case RAN + "/1" -> wasRunning = true;
                case "member/" + MEMBER_WORDS -> members.add(member(words));
                case "taken/" + TAKEN_WORDS -> figures = figures(words);
                default -> throw damaged(from, "memory, ran, member or taken", String.join(" ", words));
            }
        }
        SnapshotAction action =
                SnapshotAction.valueOf(lines.getFirst().substring(HEAD.length()).toUpperCase(Locale.ROOT));
        DomainUuid domain = of[1].equals(NONE) ? null : DomainUuid.of(of[1]);
        return new SnapshotRecord(action, domain, new SnapshotName(of[2]), memory, members, wasRunning, figures);
    }

    private static SnapshotMember member(String[] words) {
        return new SnapshotMember(
                orNull(words[2]),
                decoded(words[3]),
                SnapshotMechanism.valueOf(words[1].toUpperCase(Locale.ROOT).replace('-', '_')),
                decoded(words[4]),
                orNull(words[5]),
                decoded(words[6]));
    }

    private static Figures figures(String[] words) {
        return new Figures(
                Instant.parse(words[1]),
                Consistency.valueOf(words[2].toUpperCase(Locale.ROOT)),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                Long.parseLong(words[6]));
    }

    /// URL encoding leaves a hyphen as it is, so a lone one is written otherwise.
    private static String word(@Nullable String value) {
        if (value == null) {
            return NONE;
        }
        return value.equals(NONE) ? "%2D" : URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String decoded(String word) {
        return URLDecoder.decode(word, StandardCharsets.UTF_8);
    }

    private static @Nullable String orNull(String word) {
        return word.equals(NONE) ? null : decoded(word);
    }

    private static IllegalStateException damaged(String from, String expected, String found) {
        return new IllegalStateException(from + ": expected " + expected + ", found \"" + found + "\"");
    }
}
