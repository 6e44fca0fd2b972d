// sources: host/core/secret_rules.cpp host/core/unified_diff.cpp

// Whatever a diff or a line of it holds, what is found lies within it and shows no more than it is.
#include <cstdint>
#include <cstdlib>

#include "core/secret_rules.hpp"
#include "core/unified_diff.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto look = [](std::string_view line) {
        orch::findSecrets(line, [&](const orch::SecretMatch& match) {
            if (match.secret.empty() || match.shown > match.secret.size()) abort();
            if (match.secret.size() > line.size() || match.secret.size() > 1000) abort();
        });
    };
    look(text);
    std::size_t seen = 0;
    orch::walkDiff(text, [&](const orch::DiffLine& line) {
        seen += line.text.size();
        look(line.text);
    });
    if (seen > size) abort();
    return 0;
}
