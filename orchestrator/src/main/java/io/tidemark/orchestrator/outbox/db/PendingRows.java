package io.tidemark.orchestrator.outbox.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agroal.api.AgroalDataSource;
import io.tidemark.orchestrator.outbox.PendingMessages;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Reads and deletes through the very connection that holds the relay's advisory lock: with the connection the lock
/// is gone, and with it every means to delete. A process that dies frees the lock at once.
///
/// Used by the relay's thread only; the connection is the one field that changes.
@ApplicationScoped
final class PendingRows implements PendingMessages {
    /// "tidemark" in ASCII: the key of the advisory lock, the same in every orchestrator.
    private static final long LOCK = 0x746964656d61726bL;

    private static final Logger LOG = Logger.getLogger(PendingRows.class);
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    private final AgroalDataSource dataSource;
    private final ObjectMapper json = new ObjectMapper();
    private @Nullable Connection connection;

    PendingRows(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public boolean hold() {
        if (connection != null) {
            return true;
        }
        try {
            Connection fresh = dataSource.getConnection();
            if (isLockTaken(fresh)) {
                connection = fresh;
                return true;
            }
            fresh.close();
            return false;
        } catch (SQLException e) {
            throw failed("take the relay's lock", e);
        }
    }

    @Override
    public List<Pending> next(int max, Set<String> without) {
        try (PreparedStatement select = held().prepareStatement("""
                select seq, topic, record_key, headers, body from outbox
                where topic <> all (?) order by seq limit ?""")) {
            select.setArray(1, held().createArrayOf("text", without.toArray()));
            select.setInt(2, max);
            List<Pending> rows = new ArrayList<>();
            ResultSet found = select.executeQuery();
            while (found.next()) {
                rows.add(new Pending(
                        found.getLong(1),
                        found.getString(2),
                        found.getString(3),
                        json.readValue(found.getString(4), HEADERS),
                        found.getString(5)));
            }
            return rows;
        } catch (SQLException e) {
            throw failed("read it", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("outbox: expected headers as a JSON object of texts", e);
        }
    }

    @Override
    public void sent(List<Long> sequences) {
        try (PreparedStatement delete = held().prepareStatement("delete from outbox where seq = any (?)")) {
            delete.setArray(1, held().createArrayOf("bigint", sequences.toArray()));
            delete.executeUpdate();
        } catch (SQLException e) {
            throw failed("delete what was sent", e);
        }
    }

    @Override
    public void release() {
        Connection old = connection;
        connection = null;
        if (old == null) {
            return;
        }
        try (old;
                PreparedStatement unlock = old.prepareStatement("select pg_advisory_unlock(?)")) {
            unlock.setLong(1, LOCK);
            unlock.execute();
        } catch (SQLException e) {
            // the connection is broken, and the lock went with it
            LOG.debug("relay's lock was already lost", e);
        }
    }

    private static boolean isLockTaken(Connection fresh) throws SQLException {
        try (PreparedStatement lock = fresh.prepareStatement("select pg_try_advisory_lock(?)")) {
            lock.setLong(1, LOCK);
            ResultSet answer = lock.executeQuery();
            return answer.next() && answer.getBoolean(1);
        }
    }

    private Connection held() {
        if (connection == null) {
            throw new IllegalStateException("outbox: expected to be the one relay, found that hold() was not called");
        }
        return connection;
    }

    private static IllegalStateException failed(String what, SQLException e) {
        return new IllegalStateException("outbox: expected to " + what + ", found " + e.getMessage(), e);
    }
}
