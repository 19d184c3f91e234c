package io.tidemark.agent.command;

import io.tidemark.schemas.envelope.EncodedMessage;
import io.tidemark.schemas.id.MessageId;
import io.tidemark.schemas.id.SessionId;
import java.util.HashMap;
import java.util.Map;

/// An event ready to be sent.
///
/// @param key the record's key: the VM's id where one is known, else the host's
public record OutgoingEvent(MessageId id, String key, EncodedMessage message) {
    private static final String ID_HEADER = "ce_id";
    private static final String SESSION_HEADER = "ce_session";

    /// Reads what [#journaled] wrote.
    static OutgoingEvent of(byte[] journaled) {
        JournaledMessage read = JournaledMessage.of(journaled);
        MessageId id = MessageId.of(String.valueOf(read.message().headers().get(ID_HEADER)));
        return new OutgoingEvent(id, read.key(), read.message());
    }

    byte[] journaled() {
        return new JournaledMessage(key, message).bytes();
    }

    /// The same event told in another session.
    OutgoingEvent inSession(SessionId session) {
        Map<String, String> headers = new HashMap<>(message.headers());
        headers.put(SESSION_HEADER, session.toString());
        return new OutgoingEvent(id, key, new EncodedMessage(headers, message.json()));
    }
}
