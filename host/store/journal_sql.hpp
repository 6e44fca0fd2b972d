#pragma once

// An index on an expression serves only statements with the very same expression, hence a macro.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define ORCH_ACTOR_STEM "substr(actor, 1, instr(actor || '#', '#') - 1)"
