package io.tidemark.agent.restore;

import io.tidemark.agent.fuzz.FuzzTarget;
import io.tidemark.agent.restore.DomainRewrite.DomainName;
import io.tidemark.agent.restore.DomainRewrite.RestoredImage;
import io.tidemark.schemas.command.AgentCommand.NewDomain;
import io.tidemark.schemas.id.DomainUuid;
import io.tidemark.schemas.vocabulary.ImageFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A domain's definition out of a restore point, made into that of a new domain and of the same one elsewhere.
public final class DomainDefinitionTarget implements FuzzTarget {
    private static final NewDomain NEW = new NewDomain("copy", DomainUuid.of("6a1f0f2e-0000-4000-8000-00000000000a"));
    private static final Map<String, RestoredImage> IMAGES =
            Map.of("vda", new RestoredImage(Path.of("/new/it's <a>.qcow2"), ImageFormat.QCOW2));
    private static final String SMALL =
            "<domain xmlns:q='urn:q'><devices><disk><target dev='vda'/></disk></devices><q:args>1</q:args></domain>";

    @Override
    public String name() {
        return "domain-definition";
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(bytes(DomainRewriteTest.XML), bytes(SMALL));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isTaken(byte[] bytes) {
        String xml = new String(bytes, StandardCharsets.UTF_8);
        String rewritten;
        String moved;
        try {
            DomainRewrite.named(xml);
            DomainRewrite.defined(xml);
            rewritten = DomainRewrite.rewritten(xml, NEW, IMAGES);
            moved = DomainRewrite.moved(xml, IMAGES); // keeps more of the definition, so it may refuse more
        } catch (IllegalArgumentException refused) {
            return false;
        }
        DomainName name = new DomainName(NEW.name(), NEW.uuid().toString());
        if (!DomainRewrite.named(rewritten).equals(name)) {
            throw new IllegalStateException("another name than the new one: " + rewritten);
        }
        if (!DomainRewrite.named(moved).equals(DomainRewrite.named(xml))) {
            throw new IllegalStateException("another name than before: " + moved);
        }
        return true;
    }
}
