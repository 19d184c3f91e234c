package io.tidemark.orchestrator.inbox;

import io.tidemark.orchestrator.outbox.Transactions;
import io.tidemark.orchestrator.tick.Tick;
import java.time.Clock;
import java.time.Duration;

/// Forgets handled messages once they are older than any delivery that could still come.
public final class ForgetTick implements Tick {
    private final HandledMessages handled;
    private final Transactions transactions;
    private final Clock clock;
    private final Duration keep;

    public ForgetTick(HandledMessages handled, Transactions transactions, Clock clock, Duration keep) {
        this.handled = handled;
        this.transactions = transactions;
        this.clock = clock;
        this.keep = keep;
    }

    @Override
    public String name() {
        return "inbox-forget";
    }

    @Override
    public Duration every() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void run() {
        transactions.run(() -> handled.forgetBefore(clock.instant().minus(keep)));
    }
}
