package io.tidemark.schemas.table;

import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.BackupLevel;
import io.tidemark.schemas.vocabulary.Consistency;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A restore point's copy in one repository.
///
/// @param level null in rows from before there were levels
/// @param tracker whose line of backups; null in rows from before others than `default` were asked for
public record RestorePointRow(
        RestorePointId point,
        RepositoryId repository,
        VmId vm,
        @Nullable RestorePointId parent,
        Instant takenAt,
        Consistency consistency,
        long storedBytes,
        String commitDigest,
        long revision,
        @Nullable BackupLevel level,
        @Nullable TrackerId tracker)
        implements TableRow {}
