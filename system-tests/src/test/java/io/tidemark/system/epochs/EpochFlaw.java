package io.tidemark.system.epochs;

import java.util.stream.Stream;

/// One part that does not do its work, so that the search shows that it would find that.
enum EpochFlaw {
    NONE,
    /// A look does not notice that a point was taken beside it.
    BEGINS_NOT_COUNTED,
    /// Nobody heeds what the agent doubts.
    DOUBTS_IGNORED,
    /// A revert is not told.
    REVERT_UNTOLD,
    /// Nobody watches the images of a VM that is off.
    REST_UNWATCHED,
    /// An image's identity does not say when it was born.
    BIRTH_IGNORED,
    /// Neither identity nor report say that a disk was resized.
    SIZE_IGNORED,
    /// A bitmap counts wherever it lies in the chain of images.
    GAP_UNSEEN,
    /// A bitmap that was not closed is taken for one that records.
    INCONSISTENT_TAKEN,
    /// A bitmap that is disabled is taken for one that records.
    DISABLED_TAKEN,
    /// A bitmap is enough, with or without its checkpoint.
    CHECKPOINT_IGNORED,
    /// An answer to an earlier sending of a question is taken for one to the last.
    EARLIER_ANSWER_TAKEN,
    /// An answer is held against whatever epoch lives by now.
    TOKEN_NOT_COMPARED,
    /// The host is not asked for a report when an epoch begins.
    REPORT_NOT_ASKED,
    /// A backup of a VM that is off does not look what others have changed.
    REST_TRUSTED,
    /// A backup of a VM that is off does not look whether that was started or changed meanwhile.
    REST_UNHELD,
    /// A host answers with what it saw at an earlier look.
    EARLIER_LOOK_TOLD;

    static Stream<EpochFlaw> planted() {
        return Stream.of(values()).filter(flaw -> flaw != NONE);
    }
}
