package io.tidemark.bench.guest;

import java.util.Locale;

/// What goes on while the writes of a round are measured.
enum GuestState {
    /// No backup, at the beginning of the round.
    BASELINE_BEFORE,
    FULL,
    INCREMENT,
    PEER_FULL,
    PEER_INCREMENT,
    /// No backup, at the end of the round.
    BASELINE_AFTER;

    /// Its name in lines, as `peer-full`.
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
