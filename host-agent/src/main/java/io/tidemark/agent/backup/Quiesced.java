package io.tidemark.agent.backup;

import io.tidemark.schemas.command.AgentCommand.StartBackup;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.Notice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a freeze achieved, never more than is proved: as many file systems were thawed after the begin as were
/// frozen before it, so that none was thawed in between.
///
/// @param consistency `filesystem` only if all was to be frozen: of chosen mountpoints nobody knows what they
///     leave out
/// @param freezeMillis how long the guest's writes were held; 0 if they were not
/// @param mountpoints those that were chosen, if each is proved; else null
/// @param notices what was not done as it was asked for
record Quiesced(
        Consistency consistency,
        long freezeMillis,
        @Nullable List<String> mountpoints,
        List<Notice> notices) {
    Quiesced {
        notices = List.copyOf(notices);
    }

    /// How many file systems answered.
    record Counts(int frozen, int thawed) {
        boolean isProved() {
            return frozen > 0 && thawed >= frozen;
        }
    }

    /// Of a guest that was asked to freeze, whatever it answered.
    static Quiesced of(StartBackup command, Counts counts, long freezeMillis) {
        List<String> chosen = command.mountpoints();
        if (chosen == null) {
            return new Quiesced(
                    counts.isProved() ? Consistency.FILESYSTEM : Consistency.CRASH, freezeMillis, null, List.of());
        }
        boolean isEach = counts.isProved() && counts.frozen() >= chosen.size();
        return new Quiesced(
                Consistency.CRASH,
                freezeMillis,
                isEach ? chosen : null,
                isEach ? List.of() : List.of(Notice.MOUNTPOINTS_NOT_FROZEN));
    }

    /// Of a guest that was not asked, as it does not run or nobody wants it to.
    static Quiesced unasked(StartBackup command) {
        List<Notice> notices = new ArrayList<>();
        if (command.mountpoints() != null) {
            notices.add(Notice.MOUNTPOINTS_NOT_FROZEN);
        }
        if (command.scripts() != null) {
            notices.add(Notice.SCRIPTS_NOT_RUN);
        }
        return new Quiesced(Consistency.CRASH, 0, null, notices);
    }

    Quiesced with(Notice more) {
        List<Notice> all = new ArrayList<>(notices);
        all.add(more);
        return new Quiesced(consistency, freezeMillis, mountpoints, all);
    }
}
