// sources: host/core/secret_scan.cpp host/core/secret_rules.cpp host/core/unified_diff.cpp
// sources: host/core/path_pattern.cpp host/base/digest.cpp host/base/text.cpp host/base/units.cpp
// libraries: -lcrypto

// Commits of an agent, the names they add and the base's list of what is no secret: whatever is in
// them finds stay few, and no finding shows more than is public of its kind.
#include <cstdint>
#include <cstdlib>

#include "base/text.hpp"
#include "core/secret_scan.hpp"

namespace {

/// Up to the byte 0xff, which is in no UTF-8: the input's parts.
std::string_view takePart(std::string_view& text) {
    const auto part = text.substr(0, text.find('\xff'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const orch::SecretAllowList allowed(takePart(text));
    const std::string objects{takePart(text)};
    const std::string names{takePart(text)};
    const auto scan = orch::scanForSecrets({objects, names, std::string{text}, false}, allowed);
    if (scan.findings.size() > 50 || scan.cut || (scan.more && scan.findings.empty())) abort();
    for (const auto& finding : scan.findings) {
        if (finding.path.size() > 200 || orch::cleanUtf8(finding.path) != finding.path) abort();
        if (finding.line < 0 || finding.excerpt.size() > 200) abort();
    }
    return 0;
}
