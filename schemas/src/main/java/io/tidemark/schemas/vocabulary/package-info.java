/// Words that commands, events and rows share: levels, reasons, consistency. Codes are contracts; see GLOSSARY.md.
@NullMarked
package io.tidemark.schemas.vocabulary;

import org.jspecify.annotations.NullMarked;
