package io.tidemark.agent.command;

import io.tidemark.schemas.envelope.Decoding;
import io.tidemark.schemas.envelope.Envelope;
import io.tidemark.schemas.envelope.MessageCodec;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/// A broker in memory that can be away.
final class SentEvents implements EventSink {
    private final MessageCodec codec = new MessageCodec();
    private final List<OutgoingEvent> events = new CopyOnWriteArrayList<>();
    volatile boolean isAway;

    @Override
    public CompletionStage<Void> send(OutgoingEvent event) {
        if (isAway) {
            return new CompletableFuture<>();
        }
        events.add(event);
        return CompletableFuture.completedStage(null);
    }

    List<Envelope<?>> envelopes() {
        return events.stream().<Envelope<?>>map(this::decoded).toList();
    }

    <T> List<T> bodies(Class<T> type) {
        return envelopes().stream()
                .map(Envelope::body)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    List<OutgoingEvent> raw() {
        return List.copyOf(events);
    }

    private Envelope<?> decoded(OutgoingEvent event) {
        return ((Decoding.Decoded)
                        codec.decode(event.message().headers(), event.message().bytes()))
                .envelope();
    }
}
