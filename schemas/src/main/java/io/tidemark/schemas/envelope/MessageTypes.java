package io.tidemark.schemas.envelope;

import io.tidemark.schemas.command.AgentCommand;
import io.tidemark.schemas.command.MaintenanceCommand;
import io.tidemark.schemas.event.AgentEvent;
import io.tidemark.schemas.event.MaintenanceEvent;
import io.tidemark.schemas.event.PublicEvent;
import io.tidemark.schemas.request.ClientReply;
import io.tidemark.schemas.request.ClientRequest;
import io.tidemark.schemas.table.TableRow;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Which class is which `ce_type`: `StartBackup` is `io.tidemark.start-backup.v1`. The sealed families are the
/// list.
public final class MessageTypes {
    private static final String PREFIX = "io.tidemark.";
    private static final String VERSION = ".v1";

    private static final Map<String, Class<?>> BY_TYPE = List.<Class<?>>of(
                    AgentCommand.class,
                    MaintenanceCommand.class,
                    AgentEvent.class,
                    MaintenanceEvent.class,
                    PublicEvent.class,
                    ClientRequest.class,
                    ClientReply.class,
                    TableRow.class)
            .stream()
            .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()))
            .collect(Collectors.toUnmodifiableMap(MessageTypes::nameFor, Function.identity()));

    private MessageTypes() {}

    /// Every message class.
    public static Collection<Class<?>> all() {
        return BY_TYPE.values();
    }

    public static Optional<Class<?>> classOf(String type) {
        return Optional.ofNullable(BY_TYPE.get(type));
    }

    /// The `ce_type` of a message class; any other class is refused.
    public static String typeOf(Class<?> message) {
        String type = nameFor(message);
        if (!message.equals(BY_TYPE.get(type))) {
            throw new IllegalArgumentException("message: expected a class of a sealed family, found " + message);
        }
        return type;
    }

    private static String nameFor(Class<?> message) {
        String kebab =
                message.getSimpleName().replaceAll("(?<!^)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return PREFIX + kebab + VERSION;
    }
}
