package io.tidemark.agent.libvirt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tidemark.agent.backup.HypervisorException.DomainBusy;
import io.tidemark.agent.backup.HypervisorException.RequestRefused;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/// Commands to QEMU itself, for what libvirt has no call of its own for.
final class Qmp {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Qmp() {}

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /// What it answers. [RequestRefused] with QEMU's words, [DomainBusy] where these say that a job is in the way.
    static JsonNode run(Domain domain, String command, ObjectNode arguments) throws LibvirtException {
        ObjectNode whole = JSON.createObjectNode().put("execute", command);
        whole.set("arguments", arguments);
        JsonNode answer;
        try {
            answer = JSON.readTree(domain.qemuMonitorCommand(whole.toString(), 0));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(command + ": expected JSON from QEMU", e);
        }
        JsonNode error = answer.path("error");
        if (error.isObject()) {
            String words = error.path("desc").asText();
            String told = command + " of domain " + domain.getName() + ": " + words;
            throw words.contains("is busy") ? new DomainBusy(told) : new RequestRefused(told);
        }
        return answer.path("return");
    }
}
