package io.tidemark.orchestrator.outbox;

import io.tidemark.orchestrator.outbox.PendingMessages.Pending;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/// Moves committed messages to the broker, one relay at a time, in order for each key, at least once. Called by one
/// thread; holds no transaction while it sends. A row whose key is a VM or host is written under that row's lock,
/// so within a key the sequence is the order of the commits; across keys it need not be, and nobody relies on it.
public final class Relay {
    private static final Logger LOG = Logger.getLogger(Relay.class);

    private final PendingMessages pending;
    private final MessageSender sender;
    private final RelaySignal signal;
    private final int batchMax;
    /// Topics that took less than all while more rows waited behind the batch: passed over until all others had
    /// their turn, so that a topic that takes nothing holds up no other.
    private final Set<String> passedOver = new HashSet<>();
    private boolean failing;

    public Relay(PendingMessages pending, MessageSender sender, RelaySignal signal, int batchMax) {
        this.pending = pending;
        this.sender = sender;
        this.signal = signal;
        this.batchMax = batchMax;
    }

    /// Sends one batch; true if there may be more to send at once. Never throws: what failed comes again.
    public boolean turn() {
        try {
            if (!pending.hold()) {
                return false;
            }
            List<Pending> batch = pending.next(batchMax, passedOver);
            if (signal.isHeld()) {
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
        boolean isLast = batch.size() < batchMax;
        Set<Long> sent = Set.copyOf(sender.send(batch));
        pending.sent(List.copyOf(sent));
        if (isLast) {
            passedOver.clear();
        } else {
            batch.stream()
                    .filter(message -> !sent.contains(message.sequence()))
                    .forEach(message -> passedOver.add(message.topic()));
        }
        if (!batch.isEmpty()) {
            tell(sent.size() < batch.size(), "broker took " + sent.size() + " of " + batch.size() + " messages");
        }
        return !isLast;
    }

    /// Says it once when sending begins to fail, and once when it works again.
    private void tell(boolean fails, String what) {
        if (fails && !failing) {
            LOG.warnf("outbox waits: %s; the rest stays and is sent again", what);
        } else if (!fails && failing) {
            LOG.info("outbox sends again");
        }
        failing = fails;
    }
}
