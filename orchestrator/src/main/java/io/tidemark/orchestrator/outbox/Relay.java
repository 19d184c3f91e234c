package io.tidemark.orchestrator.outbox;

import io.tidemark.orchestrator.outbox.PendingMessages.Pending;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Moves committed messages to the broker, one relay at a time, in order for each key, at least once. Called by one
/// thread; holds no transaction while it sends. A row whose key is a VM or host is written under that row's lock,
/// so within a key the sequence is the order of the commits; across keys it need not be, and nobody relies on it.
public final class Relay {
    private static final Logger LOG = Logger.getLogger(Relay.class);
    private static final long PASSED_OVER_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final PendingMessages pending;
    private final MessageSender sender;
    private final RelaySignal signal;
    private final int batchMax;
    private final LongSupplier nanos;
    /// Topics that took less than all, and until when each is passed over: one that takes nothing holds up no
    /// other, neither by rows that fill a batch nor by the time that each try takes.
    private final Map<String, Long> passedOver = new HashMap<>();
    private boolean failing;

    /// @param nanos the time that passed since some moment
    public Relay(PendingMessages pending, MessageSender sender, RelaySignal signal, int batchMax, LongSupplier nanos) {
        this.pending = pending;
        this.sender = sender;
        this.signal = signal;
        this.batchMax = batchMax;
        this.nanos = nanos;
    }

    /// Sends one batch; true if there may be more to send at once. Never throws: what failed comes again.
    public boolean turn() {
        try {
            if (!pending.hold()) {
                return false;
            }
            long now = nanos.getAsLong();
            passedOver.values().removeIf(until -> until - now <= 0);
            List<Pending> batch = pending.next(batchMax, passedOver.keySet());
            if (batch.isEmpty() || signal.isHeld()) {
                return false;
            }
            return sent(batch);
        } catch (RuntimeException e) {
            pending.release();
            tell(true, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private boolean sent(List<Pending> batch) {
        Set<Long> sent = Set.copyOf(sender.send(batch));
        pending.sent(List.copyOf(sent));
        long until = nanos.getAsLong() + PASSED_OVER_NANOS;
        batch.stream()
                .filter(message -> !sent.contains(message.sequence()))
                .forEach(message -> passedOver.put(message.topic(), until));
        tell(
                !passedOver.isEmpty(),
                "broker took " + sent.size() + " of " + batch.size() + " messages, not all for " + passedOver.keySet());
        return batch.size() == batchMax;
    }

    /// Says it once when sending begins to fail, and once when it works again.
    private void tell(boolean fails, String what) {
        if (fails && !failing) {
            LOG.warnf("outbox: %s; what was not taken stays and is sent again", what);
        } else if (!fails && failing) {
            LOG.info("outbox sends again");
        }
        failing = fails;
    }
}
