package io.tidemark.orchestrator.inbox.kafka;

import io.smallrye.common.annotation.Blocking;
import io.tidemark.orchestrator.inbox.Inbox;
import io.tidemark.orchestrator.inbox.Received.Place;
import io.tidemark.schemas.envelope.Topics;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Hands each record to the inbox, one after the other, and never says no to the broker. While the database is away
/// the record waits, and everything behind it; one that fails though the database is there is set aside at last.
@ApplicationScoped
final class HeardRecords {
    private static final Logger LOG = Logger.getLogger(HeardRecords.class);
    private static final int TRIES_MAX = 10;
    private static final long PAUSE_MILLIS = 300;

    private final Inbox inbox;
    private final CountDownLatch stopping = new CountDownLatch(1);

    HeardRecords(Inbox inbox) {
        this.inbox = inbox;
    }

    @Incoming("heard")
    @Blocking
    void take(ConsumerRecord<byte[], byte[]> record) {
        Place place = new Place(record.topic(), record.partition(), record.offset());
        Map<String, String> headers = withDefaults(record, headers(record));
        int failures = 0;
        while (!isDone(place, headers, record.value(), failures)) {
            boolean isRefused = failures < TRIES_MAX && inbox.canStore(); // a database that is away is no fault of it
            failures = isRefused ? failures + 1 : Math.min(failures, TRIES_MAX - 1);
            pause(place);
        }
    }

    @PreDestroy
    void stop() {
        stopping.countDown();
    }

    private boolean isDone(Place place, Map<String, String> headers, byte[] body, int failures) {
        try {
            if (failures < TRIES_MAX) {
                inbox.take(place, headers, body);
            } else {
                inbox.reject(place, headers.get("ce_type"), "failed " + TRIES_MAX + " times; see the log");
            }
            return true;
        } catch (RuntimeException | Error e) {
            LOG.warnf(e, "topic %s offset %d: expected to be applied, is tried again", place.topic(), place.offset());
            return false;
        }
    }

    private void pause(Place place) {
        try {
            if (stopping.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("topic " + place.topic() + ": stopping; the record is read again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("topic " + place.topic() + ": interrupted; the record is read again", e);
        }
    }

    /// CloudEvents makes subject and time optional, and a client may leave them out.
    private static Map<String, String> withDefaults(
            ConsumerRecord<byte[], byte[]> record, Map<String, String> headers) {
        if (Topics.clientOfRequests(record.topic()).isPresent()) {
            headers.putIfAbsent("ce_subject", record.topic());
            headers.putIfAbsent(
                    "ce_time",
                    Instant.ofEpochMilli(Math.max(0, record.timestamp())).toString());
        }
        return headers;
    }

    /// A header that is there twice counts as it was written last.
    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            if (header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return headers;
    }
}
