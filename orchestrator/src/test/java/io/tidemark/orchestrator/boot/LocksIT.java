package io.tidemark.orchestrator.boot;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.tidemark.orchestrator.host.HostStore;
import io.tidemark.orchestrator.host.Vm;
import io.tidemark.orchestrator.inbox.HandledMessages;
import io.tidemark.orchestrator.incarnation.Incarnation;
import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.policy.PolicyDraft;
import io.tidemark.orchestrator.policy.PolicyService;
import io.tidemark.orchestrator.policy.PolicyStatus;
import io.tidemark.schemas.id.Attempt;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.id.PolicyId;
import io.tidemark.schemas.id.VmId;
import io.tidemark.schemas.vocabulary.VmState;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/// Each lock and unique row with a second, real connection that holds it.
@QuarkusTest
@TestProfile(QuickTurns.class)
@QuarkusTestResource(RealServers.class)
@SuppressWarnings("NullAway.Init") // the container fills the fields
class LocksIT {
    @Inject
    AgroalDataSource dataSource;

    @Inject
    Transactions transactions;

    @Inject
    HostStore hosts;

    @Inject
    HandledMessages handled;

    @Inject
    Incarnation incarnation;

    @Inject
    PolicyService policies;

    @Test
    void aSecondRelayDoesNotGetTheLockOfTheFirst() throws SQLException {
        try (Connection other = dataSource.getConnection();
                Statement statement = other.createStatement()) {
            ResultSet answer = statement.executeQuery("select pg_try_advisory_lock(" + 0x746964656d61726bL + ")");

            assertThat(answer.next()).isTrue();
            assertThat(answer.getBoolean(1)).isFalse();
        }
    }

    @Test
    void whoLocksAVmWaitsForTheOtherAndSeesWhatItChanged() throws Exception {
        VmId vm = new VmId(UUID.randomUUID());
        transactions.run(
                () -> hosts.save(new Vm(vm, new DomainUuid(UUID.randomUUID()), "before", null, VmState.OFF, false, 1)));
        try (Connection other = dataSource.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            assertThat(statement.executeUpdate("update vm set name = 'after' where id = '" + vm + "'"))
                    .isOne();

            CompletableFuture<String> locked = CompletableFuture.supplyAsync(
                    () -> transactions.call(() -> hosts.lockVm(vm).orElseThrow().name()));
            assertThatThrownBy(() -> locked.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            other.commit();

            assertThat(locked.get(10, TimeUnit.SECONDS)).isEqualTo("after");
        }
    }

    @Test
    void aMessageThatTwoHandleAtOnceIsFirstForOneOnly() throws Exception {
        UUID message = UUID.randomUUID();
        try (Connection other = dataSource.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            assertThat(statement.executeUpdate("insert into inbox values ('topic', '" + message + "', now())"))
                    .isOne();

            CompletableFuture<Boolean> first =
                    CompletableFuture.supplyAsync(() -> transactions.call(() -> handled.isFirst("topic", message)));
            assertThatThrownBy(() -> first.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            other.commit();

            assertThat(first.get(10, TimeUnit.SECONDS)).isFalse();
        }
    }

    /// An edit must not undo what a firing has stored meanwhile.
    @Test
    void whoEditsAPolicyWaitsForTheFiringAndKeepsWhatItStored() throws Exception {
        PolicyDraft draft = new PolicyDraft(
                "locked",
                new PolicyDraft.Times(null, null, "P300D"),
                new PolicyDraft.Vms("none-*", null),
                "repo",
                null,
                null,
                null,
                new PolicyDraft.Keep(3),
                null,
                null,
                null,
                null,
                null);
        given().contentType(ContentType.JSON).body("{\"id\":\"repo\"}").post("/api/v1/repositories");
        PolicyId policy = policies.create(draft).policy().id();
        try (Connection other = dataSource.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            assertThat(statement.executeUpdate(
                            "update policy set last_outcome = 'fired meanwhile' where id = '" + policy + "'"))
                    .isOne();

            CompletableFuture<PolicyStatus> edited =
                    CompletableFuture.supplyAsync(() -> policies.replace(policy, draft));
            assertThatThrownBy(() -> edited.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            other.commit();

            assertThat(edited.get(10, TimeUnit.SECONDS).lastOutcome()).isEqualTo("fired meanwhile");
        }
        assertThat(policies.policy(policy).lastOutcome()).isEqualTo("fired meanwhile");
    }

    @Test
    void attemptsThatAreTakenAtOnceAreNeverTheSame() throws ExecutionException, InterruptedException {
        CompletableFuture<Attempt> one = CompletableFuture.supplyAsync(incarnation::nextAttempt);
        CompletableFuture<Attempt> two = CompletableFuture.supplyAsync(incarnation::nextAttempt);

        assertThat(one.get()).isNotEqualTo(two.get());
    }
}
