package io.tidemark.agent.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.agent.export.CatalogExport;
import io.tidemark.agent.repository.BlobRepository;
import io.tidemark.agent.repository.Digest;
import io.tidemark.agent.repository.DiskDescription;
import io.tidemark.agent.repository.FolderStorage;
import io.tidemark.agent.repository.FolderStorage.Access;
import io.tidemark.agent.repository.PointDescription;
import io.tidemark.agent.repository.PointKey;
import io.tidemark.agent.repository.Repository;
import io.tidemark.agent.repository.TestRepositories;
import io.tidemark.agent.repository.WriteRequest;
import io.tidemark.agent.repository.WriteSession;
import io.tidemark.agent.repository.crypto.Credential;
import io.tidemark.agent.repository.crypto.RecoveryKey;
import io.tidemark.schemas.command.MaintenanceCommand;
import io.tidemark.schemas.command.MaintenanceCommand.CreateRepository;
import io.tidemark.schemas.command.MaintenanceCommand.ExportCatalog;
import io.tidemark.schemas.command.MaintenanceCommand.ListPoints;
import io.tidemark.schemas.command.MaintenanceCommand.RaiseIncarnation;
import io.tidemark.schemas.command.MaintenanceCommand.RemovePoint;
import io.tidemark.schemas.event.MaintenanceEvent;
import io.tidemark.schemas.event.MaintenanceEvent.CatalogExported;
import io.tidemark.schemas.event.MaintenanceEvent.IncarnationRaised;
import io.tidemark.schemas.event.MaintenanceEvent.ListedPoint;
import io.tidemark.schemas.event.MaintenanceEvent.MaintenanceFailed;
import io.tidemark.schemas.event.MaintenanceEvent.PointRemoved;
import io.tidemark.schemas.event.MaintenanceEvent.PointsListed;
import io.tidemark.schemas.event.MaintenanceEvent.RepositoryCreated;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DiskId;
import io.tidemark.schemas.id.ExportId;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.RepositoryId;
import io.tidemark.schemas.id.RestorePointId;
import io.tidemark.schemas.id.TrackerId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.Consistency;
import io.tidemark.schemas.vocabulary.FailureReason;
import io.tidemark.schemas.vocabulary.Level;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaintenanceServiceTest {
    private static final MessageId ID = new MessageId(new UUID(7, 7));
    private static final RepositoryId MAIN = new RepositoryId("main");
    private static final ExportId EXPORT = new ExportId(new UUID(9, 9));
    private static final VmId ONE = new VmId(new UUID(1, 1));
    private static final VmId TWO = new VmId(new UUID(1, 2));
    private static final DiskId DISK = new DiskId(new UUID(2, 1));
    private static final Instant TAKEN_AT = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
    Path folder;

    @Test
    void createdRepositoryHasTheIncarnationAskedFor() {
        assertThat(carryOut(new CreateRepository(MAIN, 4))).containsExactly(new RepositoryCreated(MAIN, 4));
        assertThat(carryOut(new CreateRepository(MAIN, 2))).containsExactly(new RepositoryCreated(MAIN, 4));
    }

    @Test
    void repositoryThatIsNotConfiguredIsRefusedByName() {
        RepositoryId other = new RepositoryId("other");

        assertThat(carryOut(new ListPoints(other, null)))
                .singleElement()
                .isInstanceOfSatisfying(MaintenanceFailed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(FailureReason.NO_SUCH_REPOSITORY);
                    assertThat(failed.detail()).contains("repository other: expected one of [main]");
                    assertThat(failed.command()).isEqualTo(ID);
                    assertThat(failed.commandType()).isEqualTo("io.tidemark.list-points.v1");
                });
    }

    @Test
    void folderThatCannotBeMadeIsUnavailable() throws IOException {
        Files.writeString(folder.resolve("repository"), "a file in its place");

        assertFailed(new CreateRepository(MAIN, 1), FailureReason.REPOSITORY_UNAVAILABLE);
    }

    @Test
    void repositoryThatWasNeverCreatedIsUnavailable() {
        assertFailed(new ExportCatalog(MAIN, EXPORT), FailureReason.REPOSITORY_UNAVAILABLE);
        assertFailed(new ListPoints(MAIN, null), FailureReason.REPOSITORY_UNAVAILABLE);
        assertFailed(new ListPoints(MAIN, ONE), FailureReason.REPOSITORY_UNAVAILABLE);
        assertFailed(new RaiseIncarnation(MAIN, 2), FailureReason.REPOSITORY_UNAVAILABLE);
        assertFailed(new RemovePoint(MAIN, ONE, point(1)), FailureReason.REPOSITORY_UNAVAILABLE);
    }

    @Test
    void emptyListingIsOneLastPage() {
        carryOut(new CreateRepository(MAIN, 1));

        assertThat(carryOut(new ListPoints(MAIN, null))).containsExactly(new PointsListed(MAIN, null, List.of(), true));
    }

    @Test
    void pointsOfAllVmsAreListed() {
        carryOut(new CreateRepository(MAIN, 1));
        commit(ONE, 1);
        commit(TWO, 2);

        assertThat(listed(new ListPoints(MAIN, null)))
                .extracting(ListedPoint::vm)
                .containsExactly(ONE, TWO);
        assertThat(listed(new ListPoints(MAIN, TWO))).singleElement().satisfies(point -> {
            assertThat(point.point()).isEqualTo(point(2));
            assertThat(point.takenAt()).isEqualTo(TAKEN_AT);
            assertThat(point.commitDigest()).hasSize(64);
            assertThat(point.storedBytes()).isPositive();
        });
    }

    @Test
    void longListingHasFullPagesAndOneLast() {
        carryOut(new CreateRepository(MAIN, 1));
        for (int number = 1; number <= MaintenanceEvent.MAX_PAGE + 1; number++) {
            commit(ONE, number);
        }

        List<MaintenanceEvent> pages = carryOut(new ListPoints(MAIN, ONE));

        assertThat(pages)
                .extracting(page -> ((PointsListed) page).points().size())
                .containsExactly(100, 1);
        assertThat(pages).extracting(page -> ((PointsListed) page).last()).containsExactly(false, true);
    }

    @Test
    void exportHasTheLinesThatTheCommandOfAPersonWrites() {
        carryOut(new CreateRepository(MAIN, 1));
        commit(ONE, 1);
        commit(TWO, 2);
        carryOut(new RaiseIncarnation(MAIN, 4));
        Repository repository = TestRepositories.folder(folder.resolve("repository"));
        repository.hold(new PointKey(ONE, point(1)), "evidence");
        List<String> lines = CatalogExport.of(repository).lines();

        List<MaintenanceEvent> pages = carryOut(new ExportCatalog(MAIN, EXPORT));

        String text = String.join("\n", lines) + "\n";
        assertThat(lines).hasSize(5);
        assertThat(pages)
                .containsExactly(new CatalogExported(
                        MAIN,
                        EXPORT,
                        Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex(),
                        1,
                        1,
                        text))
                .isEqualTo(carryOut(new ExportCatalog(MAIN, EXPORT)));
        assertThat(text).contains("\"incarnation\":4", "\"reason\":\"evidence\"");
    }

    @Test
    void damagedRepositoryIsNotExportedInPart() throws IOException {
        carryOut(new CreateRepository(MAIN, 1));
        commit(ONE, 1);
        commit(TWO, 2);
        try (Stream<Path> files = Files.walk(folder.resolve("repository"))) {
            Path record = files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(TWO.toString()))
                    .filter(file -> file.toString().contains("log"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(record, "{}");
        }

        assertThat(carryOut(new ExportCatalog(MAIN, EXPORT)))
                .singleElement()
                .isInstanceOfSatisfying(MaintenanceFailed.class, failed -> {
                    assertThat(failed.reason()).isEqualTo(FailureReason.DIGEST_MISMATCH);
                    assertThat(failed.detail()).contains(TWO.toString(), "is damaged");
                });
    }

    @Test
    void repositoryWhoseNamesNoKeyOpensIsNotExported() {
        Path place = folder.resolve("repository");
        new BlobRepository(FolderStorage.of(place, Access.CLEAR, UUID::randomUUID, InstantSource.system()))
                .createProtected(
                        Credential.createKeyFile(folder.resolve("key")),
                        RecoveryKey.create().publicHalf());

        assertFailed(new ExportCatalog(MAIN, EXPORT), FailureReason.REPOSITORY_UNAVAILABLE);
    }

    @Test
    void absentPointIsARemovedOne() {
        carryOut(new CreateRepository(MAIN, 1));
        commit(ONE, 1);
        PointRemoved removed = new PointRemoved(MAIN, ONE, point(1));

        assertThat(carryOut(new RemovePoint(MAIN, ONE, point(1)))).containsExactly(removed);
        assertThat(carryOut(new RemovePoint(MAIN, ONE, point(1)))).containsExactly(removed);
        assertThat(carryOut(new RemovePoint(MAIN, TWO, point(9))))
                .containsExactly(new PointRemoved(MAIN, TWO, point(9)));
        assertThat(listed(new ListPoints(MAIN, ONE))).isEmpty();
        assertThat(removals).as("told of, to be collected").containsExactly(MAIN, MAIN);
    }

    @Test
    void lowerIncarnationAnswersTheOneHeld() {
        carryOut(new CreateRepository(MAIN, 1));

        assertThat(carryOut(new RaiseIncarnation(MAIN, 3))).containsExactly(new IncarnationRaised(MAIN, 3));
        assertThat(carryOut(new RaiseIncarnation(MAIN, 2))).containsExactly(new IncarnationRaised(MAIN, 3));
    }

    private final List<RepositoryId> removals = new ArrayList<>();

    private List<MaintenanceEvent> carryOut(MaintenanceCommand command) {
        List<MaintenanceEvent> events = new ArrayList<>();
        new MaintenanceService(TestRepositories.folders(Map.of(MAIN, folder.resolve("repository"))), removals::add)
                .carryOut(ID, command, events::add);
        return events;
    }

    private List<ListedPoint> listed(ListPoints command) {
        return carryOut(command).stream()
                .flatMap(page -> ((PointsListed) page).points().stream())
                .toList();
    }

    private void assertFailed(MaintenanceCommand command, FailureReason reason) {
        assertThat(carryOut(command)).singleElement().isInstanceOfSatisfying(MaintenanceFailed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(reason);
            assertThat(failed.detail()).contains(folder.resolve("repository").toString());
        });
    }

    private static RestorePointId point(long number) {
        return new RestorePointId(new UUID(3, number));
    }

    private void commit(VmId vm, long number) {
        Repository repository = TestRepositories.folder(folder.resolve("repository"));
        DiskDescription disk = new DiskDescription(DISK, "vda", 512, Level.FULL, null, "image");
        WriteRequest request = new WriteRequest(
                vm, new TrackerId("default"), null, new Attempt(1, number), point(number), List.of(disk));
        byte[] bytes = new byte[512];
        bytes[0] = (byte) number;
        try (WriteSession session = repository.openWrite(request)) {
            session.putChunk(DISK, 0, ByteBuffer.wrap(bytes));
            session.seal(new PointDescription(TAKEN_AT, Consistency.CRASH, "<domain/>"));
            session.commit();
        }
    }
}
