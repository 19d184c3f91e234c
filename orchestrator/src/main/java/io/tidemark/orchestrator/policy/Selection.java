package io.tidemark.orchestrator.policy;

import io.tidemark.schemas.id.VmId;
import java.util.Set;
import java.util.regex.Pattern;

/// Which VMs a policy protects. Resolved at each firing, never before.
public sealed interface Selection {
    boolean matches(VmId vm, String name);

    /// Every VM whose whole name matches: `*` stands for any characters, `?` for one, all else for itself.
    record NamePattern(String glob) implements Selection {
        @Override
        public boolean matches(VmId vm, String name) {
            return expression(glob).matcher(name).matches();
        }

        private static Pattern expression(String glob) {
            StringBuilder regex = new StringBuilder();
            glob.chars().forEach(c -> {
                switch (c) {
                    case '*' -> regex.append(".*");
                    case '?' -> regex.append('.');
                    default -> regex.append(Pattern.quote(Character.toString(c)));
                }
            });
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
        }
    }

    /// The VMs listed, each by its id or its name.
    record Listed(Set<String> idsOrNames) implements Selection {
        public Listed {
            idsOrNames = Set.copyOf(idsOrNames);
        }

        @Override
        public boolean matches(VmId vm, String name) {
            return idsOrNames.contains(vm.toString()) || idsOrNames.contains(name);
        }
    }
}
